// A PostgreSQL of one's own, to be stopped and started at will. It syncs its files, as PostgreSQL does unless told otherwise.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { folderOf, freePort, program, type RunningProgram, runProgram, user } from './programs.ts';

export interface Postgres {
  port: number;
  /** Of the database `postgres`. */
  url: string;
  /** Starts it, and waits until it accepts connections. */
  start(): Promise<void>;
  /** At once, as `pg_ctl stop -m immediate` does: connections are cut, nothing is tidied up. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a cluster and starts it. */
export async function startPostgres(): Promise<Postgres> {
  const { folder, remove } = folderOf(user);
  const data = join(folder, 'data');
  const options = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8'];
  const identity = user.uid === undefined ? {} : { uid: user.uid, gid: user.gid };
  const made = spawnSync(program('initdb', 'postgresql'), options, { ...identity, cwd: '/', encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'max_connections=200'];
  let server: RunningProgram | undefined;

  async function start(): Promise<void> {
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    server = runProgram(program('postgres', 'postgresql'), args);
    while (!(await accepts(url))) if (server.child.exitCode !== null) throw new Error('PostgreSQL does not start');
  }
  const stop = async () => server?.stop('SIGQUIT');
  await start();
  return { port, url, start, stop, remove: () => stop().then(remove) };
}

/** Whether a statement is answered there. */
export async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 500, query_timeout: 500 });
  client.on('error', () => {}); // it is about to be thrown away
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    client.end().catch(() => {});
  }
}

/** One statement, sent as text, on a connection of its own. */
export async function execute(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Holds a transaction open in which that was done. */
export async function transaction(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`begin; ${sql}`);
  return {
    /** How many statements wait for a lock in this database. */
    async waiting(): Promise<number> {
      await client.query('select pg_stat_clear_snapshot()'); // a transaction would see the same again and again
      const { rows } = await client.query(
        `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0].count;
    },
    async rollback(): Promise<void> {
      await client.query('rollback');
      await client.end();
    },
  };
}

/** Keeps others from writing to a table; reading goes on. */
export function lock(url: string, table: string) {
  return transaction(url, `lock table ${table} in exclusive mode`);
}
