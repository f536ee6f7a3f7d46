// Refuses a new resource whose names the contract has already, or that needs what the contract does not have.
import { type Document, methods, unnamed } from '../../../contract/document.ts';
import { reservedTables } from '../../../contract/resources/names.ts';
import type { NewResource } from './new-resource.ts';

type Members = Record<string, unknown>;

/** @throws Error that names the first of its names that is taken. */
export function checkFree(document: Document, resource: NewResource, paths: Members, schemas: Members): void {
  const { names, idParameter } = resource;
  if (reservedTables.includes(names.plural))
    throw new Error(`The table ${names.plural} is there already, for other things`);
  const { components, paths: existing } = document;
  for (const path of Object.keys(paths)) {
    const other = Object.keys(existing).find((candidate) => unnamed(candidate) === unnamed(path));
    if (other !== undefined) throw taken(names.singular, `the path ${other}`);
  }
  const operations = new Set(operationIds(existing));
  const operation = operationIds(paths).find((id) => operations.has(id));
  if (operation !== undefined) throw taken(names.singular, `the operation ${operation}`);
  const schema = Object.keys(schemas).find((name) => name in components.schemas);
  if (schema !== undefined) throw taken(names.singular, `the schema ${schema}`);
  if (idParameter in (components['parameters'] ?? {})) throw taken(names.singular, `the parameter ${idParameter}`);
  if (names.schema in (components['examples'] ?? {})) throw taken(names.singular, `the example ${names.schema}`);
}

/** @throws Error that names what the contract, with the resource in it, refers to in vain. */
export function checkReferences(document: Document): void {
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('$ref' in node && typeof node.$ref === 'string' && node.$ref.startsWith('#/components/')) {
      const [, section = '', name = ''] = node.$ref.slice(2).split('/');
      if (!(name in (document.components[section] ?? {}))) {
        throw new Error(`openapi.yaml has no ${node.$ref}, which every resource needs`);
      }
    }
    Object.values(node).forEach(visit);
  };
  visit(document.paths);
  visit(document.components);
}

function taken(name: string, what: string): Error {
  return new Error(`${name} is taken: openapi.yaml has ${what} already`);
}

function operationIds(paths: Members): string[] {
  return Object.values(paths).flatMap((item) =>
    methods.flatMap((method) => {
      // A path item holds operations by method; checked by the contract's lint, and here by what is read of it.
      const { operationId } = (item as Record<string, { operationId?: string } | undefined>)[method] ?? {};
      return operationId ?? [];
    }),
  );
}
