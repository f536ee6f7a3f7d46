// One process at a time has the folder of the embedded database.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { connect } from '../src/database/connect.ts';
import { openFolder } from '../src/database/embedded.ts';
import { lockFolder } from '../src/database/folder-lock.ts';
import { start } from '../src/server.ts';
import { temporaryFolder } from './support/folder.ts';

/** No process has this number. */
const gone = 2 ** 22 + 1;

/** Locks the folder as the process of this number would, which calls `before` ahead of each of its steps in the file system. */
function lockAs(pid: number, folder: string, before: (step: number) => void = () => {}): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'pid') as PropertyDescriptor;
  Object.defineProperty(process, 'pid', { ...own, value: pid });
  let step = 0;
  let between = false;
  const names = ['linkSync', 'mkdirSync', 'readFileSync', 'renameSync', 'rmSync', 'writeFileSync'] as const;
  const real = names.map((name) => [name, fs[name]] as const);
  const watched = real.map(([name, call]) => [
    name,
    (...args: unknown[]) => {
      if (!between) {
        between = true; // who comes now takes steps of its own
        try {
          before(step++);
        } finally {
          between = false;
        }
      }
      return Reflect.apply(call, fs, args);
    },
  ]);
  const replace = (calls: typeof real | typeof watched) => {
    Object.assign(fs, Object.fromEntries(calls));
    syncBuiltinESMExports();
  };
  replace(watched);
  try {
    return lockFolder(folder);
  } finally {
    replace(real);
    Object.defineProperty(process, 'pid', own);
  }
}

it('a folder that is none, or holds something else, is refused with a line that names the setting', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(connect({ dataDir: file })).rejects.toThrow(/^DATA_DIR [^\n]*file: EEXIST/);
  const damaged = temporaryFolder();
  mkdirSync(join(damaged, 'database'));
  writeFileSync(join(damaged, 'database', 'PG_VERSION'), '14\n');
  const start = `^DATA_DIR ${damaged}: its database cannot be opened: [^\n]*`;
  await expect(connect({ dataDir: damaged })).rejects.toThrow(new RegExp(`${start}postgresql.conf": No such file`));
  writeFileSync(join(damaged, 'database', 'postgresql.conf'), '');
  await expect(connect({ dataDir: damaged })).rejects.toThrow(
    new RegExp(`${start}was initialized by PostgreSQL version 14`),
  );
});

it('a database that has lost the file that says so is refused, and nothing in its folder is touched', async () => {
  const folder = temporaryFolder();
  const control = join(folder, 'database', 'global', 'pg_control');
  mkdirSync(join(folder, 'database', 'global'), { recursive: true });
  writeFileSync(control, 'all the rows');
  await expect(connect({ dataDir: folder })).rejects.toThrow(
    `DATA_DIR ${folder}: ${join(folder, 'database')} holds a database without its file PG_VERSION`,
  );
  expect([readFileSync(control, 'utf8'), readdirSync(join(folder, 'database'))]).toEqual(['all the rows', ['global']]);
});

it('a folder that may not be written to is said to be that', async () => {
  const folder = temporaryFolder();
  symlinkSync('/proc/sys', join(folder, 'database')); // where even root makes no file, and changes no mode
  await expect(connect({ dataDir: folder })).rejects.toThrow(
    new RegExp(`^DATA_DIR ${folder}: (EACCES|EROFS): [^\n]*'${folder}/database'$`),
  );
});

it('a folder is locked until it is given back', () => {
  const folder = temporaryFolder();
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`DATA_DIR ${folder} is in use by process ${process.pid}.`);
  unlock();
  expect(readdirSync(folder)).toEqual([]);
  const unlockAgain = lockFolder(folder);
  unlock();
  expect(() => lockFolder(folder)).toThrow('is in use by process');
  unlockAgain();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['a process that is gone', { pid: gone, host: hostname(), started: '1' }],
  ['an earlier process with the number of a living one', { pid: process.pid, host: hostname(), started: '1' }],
  ['nobody that can be recognised', 'garbage'],
])('the lock of %s is taken over', (_name, content) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock'), typeof content === 'string' ? content : JSON.stringify(content));
  const unlock = lockFolder(folder);
  expect(readdirSync(folder)).toEqual(['lock']);
  unlock();
});

it('the lock of a process that has ended is taken over, though nobody has taken notice of its end', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  const [pid] = await once(parent.stdout, 'data');
  const stat = () =>
    readFileSync(`/proc/${Number(pid)}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  await expect.poll(() => stat()[0]).toBe('Z');
  const folder = temporaryFolder();
  const holder = { pid: Number(pid), host: hostname(), started: stat()[19] };
  writeFileSync(join(folder, 'lock'), JSON.stringify(holder));
  lockFolder(folder)();
  parent.kill();
});

it('of three processes that start after a crash one has the folder, however they meet and wherever it came', () => {
  /** More than a process takes that meets the others. */
  const steps = 20;
  /** A folder whose lock is stale, and where a process that took it over has crashed ahead of a step of its own. */
  const crashed = (end: number) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: gone, host: hostname(), started: '1' }));
    try {
      lockAs(gone, folder, (step) => {
        if (step >= end) throw new Error('crashed');
      });
    } catch (error) {
      expect(error).toEqual(new Error('crashed'));
    }
    return folder;
  };
  /** One process starts, and two more ahead of these of its steps. */
  const meet = (folder: string, second: number, third: number) => {
    const holders: (() => void)[] = [];
    const attempt = (pid: number, before?: (step: number) => void) => {
      try {
        holders.push(lockAs(pid, folder, before));
      } catch (error) {
        expect((error as Error).message).toMatch(/ is in use by process /);
      }
    };
    attempt(process.pid, (step) => {
      if (step === second) attempt(process.ppid);
      if (step === third) attempt(1);
    });
    expect([holders.length, existsSync(join(folder, 'lock'))]).toEqual([1, true]);
    holders[0]?.();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  };
  for (let second = 0; second < steps; second += 1) {
    for (let third = second; third < steps; third += 1) meet(crashed(0), second, third);
    for (let end = 1; end < steps; end += 1) meet(crashed(end), second, second + 1);
  }
});

it('the lock of another machine is never taken over', () => {
  const folder = temporaryFolder();
  const lock = join(folder, 'lock');
  writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }));
  expect(() => lockFolder(folder)).toThrow(`is in use by process 1 on elsewhere (if that is gone, remove ${lock})`);
  expect(existsSync(lock)).toBe(true);
});

it('a folder that cannot be opened is not left locked', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'database'), 'not a folder');
  await expect(openFolder(folder)).rejects.toThrow();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

it('a server on a folder serves, and gives it back when it stops', async () => {
  const DATA_DIR = temporaryFolder();
  const server = await start(readConfig({ DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' }));
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  await server.stop();
  const { db, close } = await openFolder(DATA_DIR);
  await db('users').insert([{ id: 'a' }, { id: 'b' }]);
  expect(await db('users').delete()).toBe(2);
  await close();
  await expect(connect({ dataDir: join(DATA_DIR, 'secret') })).rejects.toThrow();
});
