// Brings the schema up to date at start; several replicas may try at once.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';

const folder = new URL('../../migrations/', import.meta.url);

/** Any number that is the same in every replica and that nobody else uses. */
const lockId = 7_233_061;

/** How long to wait before asking again whether it is free, in milliseconds. */
const turn = 100;

/** After how many turns a wait is worth a word. */
const longWait = 20;

const insufficientPrivilege = '42501';

type Failure = Error & { code?: string };

/** Tells somebody who waits. */
export type Say = (message: string) => void;

/**
 * The migrations by names without an extension: Knex stores the name, and `.ts` in development and `.js` in production
 * would be two histories.
 */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () =>
    (await readdir(folder))
      .filter((file) => /^\d+_.+(?<!\.d)\.[jt]s$/.test(file))
      .map(withoutExtension)
      .sort(),
  getMigrationName: (name) => name,
  getMigration: async (name) => import(new URL(`${name}${extension()}`, folder).href),
};

/** @throws Error when a migration fails, or the schema is not an earlier or a later one of this build's history. */
export async function migrate(
  db: Knex,
  { concurrent, say = () => {} }: { concurrent: boolean; say?: Say | undefined },
): Promise<void> {
  if (await isCurrent(db)) return; // as on nearly every start: one statement, and nobody waits for a turn
  if (!concurrent) return bringUpToDate(db, say);
  // Held by a transaction and not by the session: it ends with its connection, and PgBouncer's transaction mode keeps it.
  await db.transaction(async (lock) => {
    await lock.raw('set local idle_in_transaction_session_timeout = 0'); // as long as the migrations take
    for (let turns = 1; !(await hasTurn(lock)); turns += 1) {
      if (turns === longWait) say('waiting for another process, which migrates the schema');
      await new Promise((resolve) => setTimeout(resolve, turn));
    }
    await bringUpToDate(db, say);
  });
}

/**
 * Asked for again and again: a statement that waited for the lock would itself be waited for by `create index concurrently`,
 * for which all statements have to end that began before, and neither would ever go on. Without a parameter, because the
 * snapshot of a statement that has one is kept until the next (PostgreSQL, "Extended Query": the unnamed portal).
 */
async function hasTurn(lock: Knex): Promise<boolean> {
  const { rows } = await lock.raw(`select pg_try_advisory_xact_lock(${lockId}) as taken`);
  return rows[0].taken;
}

/** Whether the schema has every migration of this build. It may have more: see `latest`. */
export async function isCurrent(db: Knex): Promise<boolean> {
  return (await lacking(db)).length === 0;
}

/** The migrations of this build that the schema does not have, in their order. Nothing is written for that. */
async function lacking(db: Knex): Promise<string[]> {
  const needed = await migrationSource.getMigrations([]);
  try {
    const done: string[] = await db('knex_migrations').whereIn('name', needed).pluck('name');
    return needed.filter((name) => !done.includes(name));
  } catch (error) {
    const { code, message } = error as Failure;
    if (code === '42P01') return needed; // undefined_table: there is no schema at all
    if (code === insufficientPrivilege)
      throw new Error(`this role may not read the schema's migrations: ${message}`, { cause: error });
    throw error;
  }
}

/** @throws Error naming the migration that the role may not apply, if that is why. */
async function bringUpToDate(db: Knex, say: Say): Promise<void> {
  try {
    await latest(db, say);
  } catch (error) {
    const { code, message } = error as Failure;
    if (code !== insufficientPrivilege) throw error;
    const [next] = await lacking(db); // those before it have been applied
    throw new Error(`the schema lacks ${next}, which this role may not apply: ${message}`, { cause: error });
  }
}

/**
 * What a later build has added to the schema is no hindrance: during a rolling deploy this build may be started again, and it
 * serves on. Only a schema that is behind and ahead at once is nothing to go on from.
 */
async function latest(db: Knex, say: Say): Promise<void> {
  const config = { migrationSource };
  const [done, pending]: [{ name: string }[], string[]] = await db.migrate.list({
    ...config,
    disableMigrationsListValidation: true,
  });
  if (pending.length === 0) return;
  const known = await migrationSource.getMigrations([]);
  const unknown = done.filter(({ name }) => !known.includes(name));
  if (unknown.length > 0) throw new Error(complaint(unknown, pending));
  // Nobody else migrates now, so a lock that is there was left behind by a migrator that was killed.
  await db.migrate.forceFreeMigrationsLock(config);
  const [, applied]: [number, string[]] = await db.migrate.latest(config);
  for (const name of applied) say(`applied the migration ${name}`);
}

function complaint([unknown]: { name: string }[], [pending]: string[]): string {
  return `the schema has ${unknown?.name}, which this build does not know, and lacks ${pending}: it is of another history`;
}

function withoutExtension(file: string): string {
  return file.replace(/\.[jt]s$/, '');
}

/** Migrations are run as what this module is itself: `.ts` from the sources, `.js` when compiled. */
function extension(): string {
  return fileURLToPath(import.meta.url).slice(-3);
}
