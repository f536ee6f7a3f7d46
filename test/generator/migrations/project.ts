// Runs migrations from their text, in a folder where they find what they import.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { afterAll } from 'vitest';
import { alterationsText } from '../../../src/cli/resource/migrations/migration.ts';
import type { Tables } from '../../../src/cli/resource/migrations/table.ts';

export interface LoadedMigration {
  config?: { transaction?: boolean };
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'deed-migrations-'));
mkdirSync(join(folder, 'migrations'));
symlinkSync(fileURLToPath(new URL('../../../src', import.meta.url)), join(folder, 'src'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;

export async function load(text: string): Promise<LoadedMigration> {
  count += 1;
  const file = join(folder, 'migrations', `${count}_test.ts`);
  writeFileSync(file, text);
  return import(pathToFileURL(file).href);
}

/** The migration that makes tables from nothing. */
export function creating(tables: Tables): Promise<LoadedMigration> {
  const changes = Object.entries(tables).map(([table, to]) => ({
    table,
    from: undefined,
    to,
    renames: {},
    fill: () => undefined,
  }));
  return load(alterationsText('New tables.', changes));
}

/** All that PostgreSQL knows of some tables, but for the order of their columns and how their defaults were spelled. */
export async function described(db: Knex, tables: string[]): Promise<unknown> {
  const queries = {
    columns: `select relname || '.' || attname as name, format_type(atttypid, atttypmod) || ' ' || attnotnull ||
        coalesce(' ' || replace(regexp_replace(pg_get_expr(adbin, adrelid), '''([-0-9.]+)''::[a-z ]+', '\\1'),
          'CURRENT_TIMESTAMP', 'now()'), '') as definition
      from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relname = any(?) and attnum > 0 and not attisdropped`,
    constraints: `select conname as name, pg_get_constraintdef(pg_constraint.oid) as definition
      from pg_constraint join pg_class on pg_class.oid = conrelid where relname = any(?) and contype <> 'n'`,
    indexes: `select index.relname as name, indisvalid || ' ' || pg_get_indexdef(indexrelid) as definition
      from pg_index join pg_class as index on index.oid = indexrelid join pg_class on pg_class.oid = indrelid
      where pg_class.relname = any(?)`,
    triggers: `select tgname as name, 'trigger' as definition
      from pg_trigger join pg_class on pg_class.oid = tgrelid where relname = any(?) and not tgisinternal`,
    functions: `select proname as name, 'function' as definition from pg_proc
      where pronamespace = 'public'::regnamespace and proname like any(select unnest(?::text[]) || '\\_%')`,
  };
  const found = Object.entries(queries).map(async ([kind, sql]) => {
    const { rows }: { rows: { name: string; definition: string }[] } = await db.raw(sql, [tables]);
    return [kind, Object.fromEntries(rows.map(({ name, definition }) => [name, definition]).sort())] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}
