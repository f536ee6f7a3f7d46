// A migrated, empty database of one's own: a copy of the template that global-setup.ts made.
import { readFile } from 'node:fs/promises';
import type { Knex } from 'knex';
import { inject } from 'vitest';
import type { Database } from '../../src/database/connect.ts';
import { openPglite } from '../../src/database/embedded.ts';
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
    const db = await openPglite({ loadDataDir: new Blob([await readFile(template.file)]) }, watch);
    return { db, url: undefined, close: () => db.destroy() };
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
