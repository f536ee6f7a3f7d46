// The database server of a run: a cluster of its own, or the one that BENCH_DATABASE_URL names.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Postgres {
  /** Of a database with this name. */
  url(database: string): string;
  /** The process that all its others are children of; undefined when the server is not ours. */
  pid: number | undefined;
  stop(): Promise<void>;
}

/** Nothing waits for the disk, and nothing tidies up while somebody is measured: `vacuum` is called between rounds. */
const settings = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  fsync: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
};

export async function startPostgres(extra: Record<string, string> = {}): Promise<Postgres> {
  const given = process.env['BENCH_DATABASE_URL'];
  if (given !== undefined) return { url: (name) => withDatabase(given, name), pid: undefined, stop: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'deed-bench-'));
  const user = unprivileged();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(program('initdb'), initdb, { ...user, cwd: '/' });
  const port = await freePort();
  const all = { ...settings, unix_socket_directories: folder, ...extra };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(program('postgres'), ['-D', data, '-p', String(port), ...flags], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  });
  process.once('exit', () => {
    child.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });
  const url = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  while (!(await accepts(url('postgres')))) {
    if (child.exitCode !== null) throw new Error('PostgreSQL does not start');
    await sleep(50);
  }
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill('SIGINT');
      await once(child, 'close');
    },
  };
}

/** Runs statements, one after the other, on a connection of their own; gives back the rows of the last. */
export async function execute(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

async function accepts(url: string): Promise<boolean> {
  return execute(url, 'select 1').then(
    () => true,
    () => false,
  );
}

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** Debian keeps PostgreSQL's programs beside the path, by version. */
function program(name: string): string {
  const versions = '/usr/lib/postgresql';
  const debian = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
  const folders = [...debian.reverse(), ...(process.env['PATH'] ?? '').split(':')];
  const found = folders.map((folder) => join(folder, name)).find(existsSync);
  if (found === undefined) throw new Error(`${name} is missing: install PostgreSQL, or set BENCH_DATABASE_URL`);
  return found;
}

/** PostgreSQL refuses to be run by root: then it is the user that its package made. */
function unprivileged(): { uid: number; gid: number } | { uid?: never; gid?: never } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
