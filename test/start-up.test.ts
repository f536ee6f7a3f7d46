// The server as its operator meets it first: what it prints when it starts, and what it says when it cannot.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { secret } from './support/api.ts';
import { temporaryFolder } from './support/folder.ts';
import { listTitles, run, startServer, token } from './support/process.ts';

/** The first start makes a database there. */
const DATA_DIR = temporaryFolder();

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

describe('started without any setting', () => {
  it('it prints what to do next, and the curl line creates a task as it is', async () => {
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
    const server = await startServer({ DATA_DIR, AUTH_JWKS_URL: 'http://127.0.0.1:1/jwks' });
    expect(server.stdout).toContain('-H "Authorization: Bearer <token>"');
    expect(server.stdout).not.toMatch(/eyJ|npm run token/);
    expect(server.stderr).toBe('');
  });

  it('and with a secret that others sign with, too, it prints no token of it', async () => {
    const server = await startServer({ DATA_DIR, BETTER_AUTH_SECRET: secret });
    expect(server.stdout).toContain('-H "Authorization: Bearer $(npm run --silent token -- alice)"');
    expect(server.stdout).not.toContain('eyJ');
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
    const server = run('src/main.ts', [], { DATA_DIR, PORT: String(port) });
    expect(await server.ended).toBe(1);
    expect(server.stderr).toBe('PORT is in use by another process. Stop it, or set another PORT.\n');
    other.close();
  });
});
