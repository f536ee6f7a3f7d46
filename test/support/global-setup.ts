// Makes the migrated database once that every test file starts from a copy of, and leaves nothing behind.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { TestProject } from 'vitest/node';
import { openPglite } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { withDatabase } from './database.ts';
import { partitionByOwner } from './partition.ts';

declare module 'vitest' {
  interface ProvidedContext {
    template: { url: string; name: string } | { file: string };
  }
}

/** Whether the tables of the template are partitioned by owner, to show that everything holds on such tables too. */
const partitioned = process.env['PARTITIONED'] !== undefined;

export default function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['DATABASE_URL'];
  if (partitioned && url === undefined) throw new Error('PARTITIONED needs DATABASE_URL');
  return url === undefined ? embedded(project) : postgres(project, url);
}

async function postgres(project: TestProject, url: string) {
  const name = `deed_test_${process.pid}_${Date.now()}`;
  const admin = openPostgres({ url, poolMax: 2 });
  await admin.raw('create database ??', [name]);
  const db = openPostgres({ url: withDatabase(url, name), poolMax: 2 });
  await migrate(db, { concurrent: true });
  if (partitioned) await partitionByOwner(db);
  await db.destroy();
  project.provide('template', { url, name });
  return async () => {
    const { rows } = await admin.raw('select datname from pg_database where datname like ?', [`${name}%`]);
    for (const { datname } of rows) await admin.raw('drop database ?? with (force)', [datname]);
    await admin.destroy();
  };
}

async function embedded(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'deed-test-'));
  const pglite = await PGlite.create();
  const db = await openPglite({ loadDataDir: await pglite.dumpDataDir('none') });
  await pglite.close();
  await migrate(db, { concurrent: false });
  // The raw connection of knex-pglite is the PGlite itself.
  const migrated: PGlite = await db.client.acquireConnection();
  await migrated.exec('checkpoint'); // or each copy would have to read the log
  const file = join(folder, 'template.tar');
  await writeFile(file, Buffer.from(await (await migrated.dumpDataDir('none')).arrayBuffer()));
  db.client.releaseConnection(migrated);
  await db.destroy();
  project.provide('template', { file });
  return () => rm(folder, { recursive: true });
}
