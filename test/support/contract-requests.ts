// Requests made from the contract alone, so that a suite covers operations that it has never heard of.
import type { Contract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import type { Resource } from '../../src/contract/resources/types.ts';
import { followed } from './contract-check.ts';

/** The values of the parameters of a path. */
export type Place = Record<string, string>;

/** Whether somebody has written it, or it could be made: what is left answers 501, as it documents. */
export function isWritten({ responses }: ContractOperation): boolean {
  return !responses.has(501);
}

/** The operations that act for a user. */
export function usersOperations({ operations }: Contract): ContractOperation[] {
  return operations.filter((operation) => operation.secured && isWritten(operation));
}

/** The parameter of a path that names an item: any but the owner's. */
export function namesItem({ parameters }: ContractOperation): boolean {
  return parameters.some((parameter) => parameter.in === 'path' && !parameter.owner);
}

/** The address of an operation at a place. */
export function addressOf({ path }: ContractOperation, place: Place): string {
  return path.replace(/\{(.+?)\}/g, (_parameter, name: string) => encodeURIComponent(place[name] ?? ''));
}

interface Described {
  requestBody?: object;
  responses: Record<string, object>;
}

/** What is sent or answered in one media type (OpenAPI 3.1, section 4.8.14). */
export interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, object>;
}

interface Content {
  content?: { 'application/json'?: Media };
}

function described(contract: Contract, { path, method }: ContractOperation): Described {
  return (contract.document.paths[path] as Record<string, unknown>)[method] as Described; // where the operation was read
}

/** The first example of the body, or undefined when there is no body. */
export function exampleBody(contract: Contract, operation: ContractOperation): unknown {
  const { requestBody } = described(contract, operation);
  const example = requestBody && firstExample(contract, requestBody);
  if (requestBody !== undefined && example === undefined)
    throw new Error(`openapi.yaml: ${operation.id} has no example of its body, which the suites send`);
  return example;
}

/** The first example of the answer when all goes well. */
export function exampleAnswer(contract: Contract, operation: ContractOperation): unknown {
  const [, answer = {}] =
    Object.entries(described(contract, operation).responses).find(([status]) => status < '300') ?? [];
  return firstExample(contract, answer);
}

function firstExample(contract: Contract, node: object): unknown {
  const { content } = followed(contract, node) as Content; // what the contract lint proves
  return examplesOf(contract, content?.['application/json'])[0];
}

/** The examples of a media type: the one that stands alone, or all that have names. */
export function examplesOf(contract: Contract, { example, examples = {} }: Media = {}): unknown[] {
  if (example !== undefined) return [example];
  return Object.values(examples).map((named) => (followed(contract, named) as { value: unknown }).value);
}

/** What a row has and the body has not: fields that only the server sets, with an example of each. */
export function serverOwnedFields(contract: Contract, operation: ContractOperation): [string, unknown][] {
  const { requestBody } = described(contract, operation);
  const { content } = followed(contract, requestBody ?? {}) as Content;
  const schema = followed(contract, content?.['application/json']?.schema ?? {}) as { properties?: object };
  const answer = exampleAnswer(contract, operation) as object;
  const resource: Resource | undefined = resourcesOf(contract.document).resources.find(({ operations }) =>
    operations.some(({ id }) => id === operation.id),
  );
  const given = { version: 1, ...(resource?.parent && { [resource.parent.column]: 1 }) };
  return Object.entries({ ...answer, ...given }).filter(([field]) => !(field in (schema.properties ?? {})));
}
