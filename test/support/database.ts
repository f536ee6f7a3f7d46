// A migrated, empty database of one's own: a copy of the template that global-setup.ts made.
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { PGlite } from '@electric-sql/pglite';
import type { Knex } from 'knex';
import { inject } from 'vitest';
import type { Database } from '../../src/database/connect.ts';
import { createPglite, knexOf } from '../../src/database/embedded.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import type { Watch } from '../../src/database/statements.ts';

let count = 0;

export interface TestDatabase extends Database {
  /** Undefined on the embedded database. */
  url: string | undefined;
}

/** `watch`: around each of its statements. */
export async function createDatabase(watch?: Watch): Promise<TestDatabase> {
  const template = inject('template');
  if ('file' in template) {
    const pglite = idle.pop() ?? (await createEmbedded(template.file));
    const db = knexOf(pglite, watch);
    return { db, url: undefined, close: () => db.destroy().then(() => giveBack(pglite)) };
  }
  count += 1;
  const name = `${template.name}_${process.pid}_${count}`;
  await asAdmin(template.url, (admin) => admin.raw('create database ?? template ??', [name, template.name]));
  const url = withDatabase(template.url, name);
  const db = openPostgres({ url, poolMax: 10, watch });
  return {
    db,
    url,
    async close() {
      await db.destroy();
      await asAdmin(template.url, (admin) => admin.raw('drop database if exists ?? with (force)', [name]));
    },
  };
}

/** Embedded databases that nobody uses: to open one takes longer than most tests, so they go from one to the next, emptied. */
const idle: PGlite[] = [];

/** What the catalogue says of the template. */
let untouched: unknown;

async function createEmbedded(file: string): Promise<PGlite> {
  const pglite = await createPglite({ loadDataDir: new Blob([await readFile(file)]) });
  pglite.close = async () => {}; // which Knex calls when it is destroyed
  untouched ??= await catalogue(pglite);
  return pglite;
}

/** What a test has done more to than to its rows is nobody else's. */
async function giveBack(pglite: PGlite): Promise<void> {
  const steps = ['rollback', 'discard all', 'truncate users, idempotency_keys restart identity cascade'];
  for (const step of steps) await pglite.exec(step);
  if (isDeepStrictEqual(await catalogue(pglite), untouched)) idle.push(pglite);
  else await Object.getPrototypeOf(pglite).close.call(pglite);
}

/**
 * The last transaction that wrote to each of the tables that describe the schema, to which emptying a table does not write; what
 * stands in the one to which it does, but for what it changes there; and how large the tables are: those of nobody are not emptied.
 */
async function catalogue(pglite: PGlite): Promise<unknown> {
  const tables = 'attribute authid constraint db_role_setting index namespace proc trigger type'.split(' ');
  const last = tables.map((table) => `(select max(xmin::text::bigint) from pg_${table}) as ${table}`);
  const kept = `to_jsonb(c) - '{relfilenode,relpages,reltuples,relallvisible,relfrozenxid,relminmxid}'::text[]`;
  const sizes = `jsonb_agg(pg_relation_size(oid) order by oid) filter (where relkind = 'r') as sizes`;
  return (await pglite.query(`select ${last}, jsonb_agg(${kept} order by oid) as class, ${sizes} from pg_class c`))
    .rows;
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** Makes an empty database of that name on a server, and gives its address. */
export async function createEmpty(url: string, name: string): Promise<string> {
  await asAdmin(url, (admin) => admin.raw('create database ??', [name]));
  return withDatabase(url, name);
}

async function asAdmin(url: string, work: (admin: Knex) => Promise<unknown>): Promise<void> {
  const admin = openPostgres({ url, poolMax: 2, statementTimeout: 0 });
  await work(admin);
  await admin.destroy();
}
