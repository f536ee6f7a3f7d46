// What a resource is called in the database and in code, and the names that cannot be given.
import type { Resource } from './types.ts';

/** The tables that are there without the contract: of this service, and of the migrations. */
export const reservedTables = ['users', 'idempotency_keys', 'knex_migrations', 'knex_migrations_lock'];

/** What has a class in JavaScript, or a name in the files of a resource: a model that is called so would hide it. */
export const reservedSchemas = new Set(
  `Array ArrayBuffer Boolean Date Error Function Infinity Intl Iterator JSON Json Map Math Number Object Partial Promise Proxy
  Reflect Set String Symbol Operations OwnedModel SharedModel Problem`.split(/\s+/),
);

/** `order_items`: the table of what stands below that word of a path. */
export function tableNameOf({ plural }: Pick<Resource, 'plural'>): string {
  return plural.replaceAll('-', '_').toLowerCase();
}

/** The last word of a path that is no parameter. */
export function lastWord(path: string): string {
  return path.split('/').findLast((step) => step !== '' && !step.includes('{')) ?? 'root';
}

/** Why a table cannot be called so; undefined when it can. */
export function wrongTable(table: string, plural: string): string | undefined {
  if (reservedTables.includes(table)) return `the table ${table} is there already`;
  return /^[a-z][a-z0-9_]*$/.test(table) ? undefined : `${plural} cannot be the name of a table`;
}

/** Why the class of a schema cannot be called so; undefined when it can. */
export function wrongClass(schema: string): string | undefined {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(schema)) return `${schema} cannot be the name of a class`;
  return reservedSchemas.has(schema)
    ? `${schema} cannot be the name of a class: handlers call something else so`
    : undefined;
}
