// Brings the schema up to date at start; several replicas may try at once.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';

const folder = new URL('../../migrations/', import.meta.url);

/** Any number that is the same in every replica and that nobody else uses. */
const lockId = 7_233_061;

/**
 * The migrations by names without an extension: Knex stores the name, and `.ts` in development and `.js` in production
 * would be two histories.
 */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () =>
    (await readdir(folder))
      .filter((file) => /^\d+_\w+\.[jt]s$/.test(file))
      .map(withoutExtension)
      .sort(),
  getMigrationName: (name) => name,
  getMigration: async (name) => import(new URL(`${name}${extension()}`, folder).href),
};

/** @throws Error when a migration fails, or the schema holds one that this build does not have. */
export async function migrate(db: Knex, { concurrent }: { concurrent: boolean }): Promise<void> {
  if (!concurrent) return latest(db);
  // Held by a transaction and not by the session: it ends with its connection, and PgBouncer's transaction mode keeps it.
  await db.transaction(async (lock) => {
    await lock.raw('select pg_advisory_xact_lock(?)', [lockId]);
    await latest(db);
  });
}

async function latest(db: Knex): Promise<void> {
  const config = { migrationSource };
  const [, pending] = await db.migrate.list(config);
  if (pending.length === 0) return;
  // Nobody else migrates now, so a lock that is there was left behind by a migrator that was killed.
  await db.migrate.forceFreeMigrationsLock(config);
  await db.migrate.latest(config);
}

function withoutExtension(file: string): string {
  return file.replace(/\.[jt]s$/, '');
}

/** Migrations are run as what this module is itself: `.ts` from the sources, `.js` when compiled. */
function extension(): string {
  return fileURLToPath(import.meta.url).slice(-3);
}
