// The server as its operator meets it later: restart, crash, a second process, an older folder, a broken log.
import { once } from 'node:events';
import { chmodSync, closeSync, cpSync, openSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openFolder } from '../src/database/embedded.ts';
import { migrate, migrationSource } from '../src/database/migrate.ts';
import { temporaryFolder } from './support/folder.ts';
import { launch, listening, listTitles, run, startServer, token } from './support/process.ts';

async function addTask(url: string, user: string, bearer: string, title: string): Promise<void> {
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
  const reply = await fetch(`${url}/api/${user}/tasks`, { method: 'POST', headers, body: JSON.stringify({ title }) });
  expect(reply.status).toBe(201);
}

/** Making a database from nothing takes seconds: it is made once, and copied. */
const made = temporaryFolder();
beforeAll(async () => {
  const { db, close } = await openFolder(made);
  await migrate(db, { concurrent: false });
  await close();
});

function dataFolder(): string {
  const folder = temporaryFolder();
  cpSync(made, folder, { recursive: true });
  return folder;
}

describe('on a folder of its own', () => {
  it('it keeps its data over a restart and over a crash', async () => {
    const DATA_DIR = dataFolder();
    const bearer = await token('alice', { DATA_DIR });
    const first = await startServer({ DATA_DIR });
    await addTask(first.url, 'alice', bearer, 'before the restart');
    expect(await first.stop('SIGTERM')).toBe(0);
    const second = await startServer({ DATA_DIR });
    await addTask(second.url, 'alice', bearer, 'before the crash');
    expect(await second.stop('SIGKILL')).toBe('SIGKILL');
    const third = await startServer({ DATA_DIR });
    expect(await listTitles(third.url, 'alice', bearer)).toEqual(['before the crash', 'before the restart']);
    expect(third.stderr).toBe('');
  });

  it('a second process on the same folder is refused with one line that names the first', async () => {
    const DATA_DIR = dataFolder();
    const first = await startServer({ DATA_DIR });
    const second = run('src/main.ts', [], { DATA_DIR });
    expect(await second.ended).toBe(1);
    expect(second.stderr).toBe(
      `DATA_DIR ${DATA_DIR} is in use by process ${first.child.pid}. Stop it, or set another DATA_DIR.\n`,
    );
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    expect(await first.stop('SIGHUP')).toBe(0); // which a terminal sends that is closed
  });

  it('nobody else reaches the files of its database, though the folder is open to all', async () => {
    const modeOf = (folder: string) => (statSync(join(folder, 'database')).mode & 0o777).toString(8);
    expect(modeOf(made)).toBe('700');
    const DATA_DIR = dataFolder();
    chmodSync(DATA_DIR, 0o755);
    chmodSync(join(DATA_DIR, 'database'), 0o755); // as an earlier version made it
    await startServer({ DATA_DIR });
    expect(modeOf(DATA_DIR)).toBe('700');
  });

  it('it migrates the folder of an older version', async () => {
    const DATA_DIR = dataFolder();
    const { db, close } = await openFolder(DATA_DIR);
    await db.migrate.rollback({ migrationSource }, true);
    await db.migrate.up({ migrationSource });
    await db('users').insert({ id: 'veteran' });
    await close();
    const server = await startServer({ DATA_DIR });
    const bearer = await token('veteran', { DATA_DIR });
    await addTask(server.url, 'veteran', bearer, 'first');
    expect(await listTitles(server.url, 'veteran', bearer)).toEqual(['first']);
  });
});

describe('whatever becomes of those around it', () => {
  it('it serves, and stops, when its log cannot be written', async () => {
    const unwritable = openSync(devNull, 'r');
    const settings = { DATA_DIR: dataFolder(), LOG_LEVEL: 'info' };
    const server = launch(['--import', 'tsx', 'src/main.ts'], settings, { stderr: unwritable });
    closeSync(unwritable);
    onTestFinished(() => server.stop('SIGKILL').then(() => {}));
    const { url } = await listening(server);
    for (let request = 0; request < 3; request += 1) expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  it('it says so when it is told not to wait for the requests that are running', async () => {
    const server = await startServer({ DATA_DIR: dataFolder() });
    const { port } = new URL(server.url);
    const caller = connect(Number(port), '127.0.0.1', () => caller.write('GET /health HTTP/1.1\r\n')); // and no more
    caller.on('error', () => {}); // it is cut
    await once(caller, 'connect');
    await fetch(`${server.url}/health`); // what was sent before has arrived
    server.child.kill('SIGTERM');
    await expect.poll(() => fetch(server.url).catch(() => undefined)).toBeUndefined();
    expect(await server.stop('SIGTERM')).toBe(1);
    expect(server.stderr).toContain('stopped without waiting for running requests');
  });

  it('it ends with npm, whose shell passes no signal on', async () => {
    const settings = { DATA_DIR: dataFolder(), npm_lifecycle_event: 'start' };
    const npm = launch(['-c', `"${process.execPath}" --import tsx src/main.ts; true`], settings, { program: 'sh' });
    await listening(npm);
    expect(await npm.stop('SIGTERM')).toBe('SIGTERM'); // its output is open for as long as the server lives
  });
});
