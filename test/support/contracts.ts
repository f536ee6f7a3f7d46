// The smallest contracts that show a change, and what is found between two of them.
import { expect } from 'vitest';
import { breakingChanges } from '../../src/cli/breaking-changes/breaking-changes.ts';
import type { Document, Operation } from '../../src/cli/breaking-changes/document.ts';
import type { SubSchema } from '../../src/cli/breaking-changes/variants.ts';

/** A contract with one operation, `PUT /things/{id}`. */
export function contract(operation: Operation, rest: Partial<Document> = {}): Document {
  return { info: { version: '1.2.3' }, paths: { '/things/{id}': { put: operation } }, ...rest };
}

/** The findings about that operation, without its name. */
export function findings(before: Operation, after: Operation): string[] {
  return breakingChanges(contract(before), contract(after)).map((finding) => {
    expect(finding).toMatch(/^PUT \/things\/\{id\}: /);
    return finding.slice('PUT /things/{id}: '.length);
  });
}

export const json = (schema: SubSchema) => ({ 'application/json': { schema } });
export const sending = (schema: SubSchema): Operation => ({ requestBody: { content: json(schema) } });
export const answering = (schema: SubSchema): Operation => ({ responses: { 200: { content: json(schema) } } });
export const object = (properties: Record<string, SubSchema>, more: object = {}) => ({
  type: 'object',
  properties,
  ...more,
});
export const text = { type: 'string' };
export const number = { type: 'integer' };
export const nullable = { type: ['string', 'null'] };
