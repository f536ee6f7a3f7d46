// The server as its operator meets it: start, restart, crash, a second process, and what it says when it cannot start.
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, cpSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openFolder } from '../src/database/embedded.ts';
import { migrate, migrationSource } from '../src/database/migrate.ts';
import { secret } from './support/api.ts';
import { launch, listening, run, startServer, temporaryFolder } from './support/process.ts';

/** `npm run token -- USER` for a data folder. */
async function token(user: string, settings: Record<string, string>): Promise<string> {
  const command = run('src/cli/token.ts', [user], settings);
  expect(await command.ended).toBe(0);
  return command.stdout.trim();
}

async function listTitles(url: string, user: string, bearer: string): Promise<string[]> {
  const reply = await fetch(`${url}/api/${user}/tasks`, { headers: { Authorization: `Bearer ${bearer}` } });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { title: string }[]).map(({ title }) => title);
}

async function addTask(url: string, user: string, bearer: string, title: string): Promise<void> {
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
  const reply = await fetch(`${url}/api/${user}/tasks`, { method: 'POST', headers, body: JSON.stringify({ title }) });
  expect(reply.status).toBe(201);
}

/** A `curl` that does as much of it as the start-up text uses, for machines that have none. */
function folderWithCurl(): string {
  const folder = temporaryFolder();
  const script = `#!${process.execPath}
    const [, , , url, ...options] = process.argv;
    const values = (flag) => options.filter((_, index) => options[index - 1] === flag);
    const headers = values('-H').map((header) => header.split(': '));
    fetch(url, { method: 'POST', headers, body: values('-d')[0] })
      .then(async (reply) => console.log(reply.status, await reply.text()));`;
  writeFileSync(join(folder, 'curl'), script);
  chmodSync(join(folder, 'curl'), 0o755);
  return folder;
}

/** Making a database from nothing takes seconds: it is made once, and copied. */
let made: string;
beforeAll(async () => {
  made = temporaryFolder();
  const { db, close } = await openFolder(made);
  await migrate(db, { concurrent: false });
  await close();
});

function dataFolder(): string {
  const folder = temporaryFolder();
  cpSync(made, folder, { recursive: true });
  return folder;
}

describe('started without any setting', () => {
  it('it prints what to do next, and the curl line creates a task as it is', async () => {
    const DATA_DIR = temporaryFolder();
    const server = await startServer({ DATA_DIR });
    expect(server.stdout).toContain(`${server.url}/docs\n`);
    expect(server.stdout).toContain('npm run token -- alice');
    const curl = server.stdout.slice(server.stdout.indexOf('curl '));
    const printed = execFileSync('sh', ['-c', curl], {
      encoding: 'utf8',
      env: { PATH: `${folderWithCurl()}:${process.env['PATH']}` },
    });
    expect(printed).toMatch(/^201 .*"title":"Buy milk"/);
    expect(await listTitles(server.url, 'alice', await token('alice', { DATA_DIR }))).toEqual(['Buy milk']);
    expect(server.stderr).toBe('');
  });

  it('but with AUTH_JWKS_URL it prints the curl line for a token of the issuer', async () => {
    const server = await startServer({ DATA_DIR: dataFolder(), AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks' });
    expect(server.stdout).toContain('-H "Authorization: Bearer <token>"');
    expect(server.stdout).not.toMatch(/eyJ|npm run token/);
    expect(server.stderr).toBe('');
  });

  it('and with a secret that others sign with, too, it prints no token of it', async () => {
    const server = await startServer({ DATA_DIR: dataFolder(), BETTER_AUTH_SECRET: secret });
    expect(server.stdout).toContain('-H "Authorization: Bearer $(npm run --silent token -- alice)"');
    expect(server.stdout).not.toContain('eyJ');
  });

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

  it('it ends with npm, whose shell passes no signal on', async () => {
    const settings = { DATA_DIR: dataFolder(), npm_lifecycle_event: 'start' };
    const npm = launch(['-c', `"${process.execPath}" --import tsx src/main.ts; true`], settings, { program: 'sh' });
    await listening(npm);
    expect(await npm.stop('SIGTERM')).toBe('SIGTERM'); // its output is open for as long as the server lives
  });
});

describe('the token command', () => {
  it.each([
    ['without a user', [], {}, 'Usage: npm run token -- USER_ID'],
    ['with two users', ['alice', 'bob'], {}, 'Usage: npm run token -- USER_ID'],
    [
      'in production',
      ['alice'],
      { NODE_ENV: 'production', DATABASE_URL: 'postgres://db', BETTER_AUTH_SECRET: secret },
      'NODE_ENV is production: there, tokens come from the issuer alone',
    ],
    [
      'with AUTH_JWKS_URL',
      ['alice'],
      { AUTH_JWKS_URL: 'http://localhost:3000/api/auth/jwks' },
      'AUTH_JWKS_URL is set: tokens come from the issuer alone',
    ],
  ])('%s says in one line what is wrong', async (_name, args, settings, line) => {
    const command = run('src/cli/token.ts', args, { DATA_DIR: temporaryFolder(), ...settings });
    expect([await command.ended, command.stdout, command.stderr]).toEqual([1, '', `${line}\n`]);
  });
});

it.each([
  ['generate', ['--chek'], 'Usage: npm run generate -- [--check]'],
  ['migrations', ['--take'], 'Usage: npm run migrations -- [--taken]'],
  ['contract-diff', ['old.yaml'], 'Usage: npm run contract:diff -- [--release] [OLD.yaml NEW.yaml]'],
  ['docs', ['--help'], 'Usage: npm run docs -- [FILE.html]'],
])('the command %s does nothing when it is told what it does not know', async (name, args, line) => {
  const command = run(`src/cli/${name}.ts`, args, {});
  expect([await command.ended, command.stdout, command.stderr]).toEqual([1, '', `${line}\n`]);
});

describe('when it cannot start, it says so in one line and ends with 1:', () => {
  it.each([
    ['a bad setting', { PORT: 'http' }, /^PORT must be a whole number from 0 to 65535, not "http"\n$/],
    [
      'a secret and a JWKS address',
      { BETTER_AUTH_SECRET: secret, AUTH_JWKS_URL: 'https://auth.example.com/jwks' },
      /^AUTH_JWKS_URL and BETTER_AUTH_SECRET are both set: [^\n]*\n$/,
    ],
    ['no database in production', { NODE_ENV: 'production' }, /^DATABASE_URL is missing: [^\n]*\n$/],
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgres://127.0.0.1:1/x' },
      /^DATABASE_URL: the database does not answer \(ECONNREFUSED\)\n$/,
    ],
  ])('%s', async (_name, settings, line) => {
    const server = run('src/main.ts', [], { DATA_DIR: temporaryFolder(), ...settings });
    expect([await server.ended, server.stdout]).toEqual([1, '']);
    expect(server.stderr).toMatch(line);
  });

  it('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const server = run('src/main.ts', [], { DATA_DIR: dataFolder(), PORT: String(port) });
    expect(await server.ended).toBe(1);
    expect(server.stderr).toBe('PORT is in use by another process. Stop it, or set another PORT.\n');
    other.close();
  });
});
