// PgBouncer in transaction mode with few connections to the database, as a pooled endpoint is.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './postgres.ts';
import { folderOf, freePort, listens, program, runProgram, user } from './programs.ts';

export interface PgBouncer {
  /** The same database, through it. */
  through(url: string): string;
  /** Cuts every connection to a database, on both sides, and takes new ones. */
  cut(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it in front of a PostgreSQL on that port, with at most so many connections to a database. */
export async function startPgBouncer(postgresPort: number, poolSize: number): Promise<PgBouncer> {
  const { folder, remove } = folderOf(user);
  const port = await freePort();
  const file = (name: string, lines: string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    chmodSync(path, 0o644);
    return path;
  };
  const users = file('users', ['"postgres" ""']);
  const config = file('pgbouncer.ini', [
    '[databases]',
    `* = host=127.0.0.1 port=${postgresPort}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1`,
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = trust',
    `auth_file = ${users}`,
    'admin_users = postgres',
    'pool_mode = transaction',
    `default_pool_size = ${poolSize}`,
    'max_client_conn = 500',
    'server_login_retry = 1', // the default, 15 s, is how long it would keep away from a database that is back
    `logfile = ${folder}/log`,
    `pidfile = ${folder}/pid`,
  ]);
  const running = runProgram(program('pgbouncer', 'pgbouncer'), [config]);
  await listens(port);
  const through = (url: string) => {
    const pooled = new URL(url);
    pooled.port = String(port);
    return pooled.href;
  };
  const console = `postgres://postgres@127.0.0.1:${port}/pgbouncer`;
  return {
    through,
    async cut(url) {
      const database = new URL(url).pathname.slice(1);
      await execute(console, `KILL ${database}`);
      await execute(console, `RESUME ${database}`);
    },
    async stop() {
      await running.stop('SIGTERM');
      remove();
    },
  };
}
