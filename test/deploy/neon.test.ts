// Migrated at the direct address, served at the pooled one: as deploy/neon.md says, with PgBouncer in Neon's place.
import { execFileSync } from 'node:child_process';
import { afterAll, expect, inject, it, onTestFinished } from 'vitest';
import { openPostgres } from '../../src/database/postgres.ts';
import { startPgBouncer } from '../resilience/support/pgbouncer.ts';
import { secret, tokenFor } from '../support/api.ts';
import { createEmpty } from '../support/database.ts';
import { startServer } from '../support/process.ts';

const template = onPostgres();
const pooler = await startPgBouncer(Number(new URL(template.url).port), 3);
afterAll(() => pooler.stop());

function onPostgres() {
  const found = inject('template');
  if ('file' in found) throw new Error('DATABASE_URL is needed');
  return found;
}

/** The direct and the pooled address of an empty database. It goes with the others at the end of the run. */
async function emptyDatabase(): Promise<{ direct: string; pooled: string }> {
  const direct = await createEmpty(template.url, `${template.name}_neon_${Date.now()}`);
  return { direct, pooled: pooler.through(direct) };
}

function migrate(DATABASE_URL: string): string {
  const { PATH, HOME } = process.env;
  return execFileSync('npm', ['run', '--silent', 'migrate'], { env: { PATH, HOME, DATABASE_URL }, encoding: 'utf8' });
}

/** The locks that sessions of a database hold by their own numbers, and how many sessions the pooler has there. */
async function sessions(direct: string): Promise<{ locks: number; pooled: number }> {
  const db = openPostgres({ url: direct, poolMax: 1 });
  const { rows } = await db.raw(`
    select (select count(*) from pg_locks where locktype = 'advisory' and database = oid) as locks,
      (select count(*) from pg_stat_activity where datid = oid and pid <> pg_backend_pid()) as pooled
    from pg_database where datname = current_database()`);
  await db.destroy();
  return rows[0];
}

it('migrations are done at the direct address, once; a server at the pooled one finds nothing to do, and leaves no lock', async () => {
  const { direct, pooled } = await emptyDatabase();
  expect(migrate(direct)).toMatch(/^(applied the migration \d+_\w+\n)+the schema is up to date\n$/);
  expect(migrate(direct)).toBe('the schema is up to date\n');
  const server = await startServer({ DATABASE_URL: pooled, BETTER_AUTH_SECRET: secret });
  const { locks, pooled: kept } = await sessions(direct);
  expect(kept).toBeGreaterThan(0); // sessions in which a lock would have stayed
  expect(locks).toBe(0);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  const headers = { Authorization: `Bearer ${tokenFor('alice')}`, 'Content-Type': 'application/json' };
  const create = { method: 'POST', headers, body: JSON.stringify({ title: 'x' }) };
  expect((await fetch(`${server.url}/api/alice/tasks`, create)).status).toBe(201);
  expect(await server.stop()).toBe(0);
});

it('a lock of a session would have stayed', async () => {
  const { direct, pooled } = await emptyDatabase();
  const db = openPostgres({ url: pooled, poolMax: 1 });
  onTestFinished(() => db.destroy());
  await db.raw('select pg_advisory_lock(1)');
  expect((await sessions(direct)).locks).toBe(1);
});

it('without DATABASE_URL the migration says so in one line', () => {
  const { PATH, HOME } = process.env;
  const run = () =>
    execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/migrate.ts'], { env: { PATH, HOME }, stdio: 'pipe' });
  expect(run).toThrow('DATABASE_URL is missing: the embedded database is migrated by its server');
});
