// The programs that stand around the server: found, and run in the foreground by a user who is not root.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** Where Debian keeps them, beside the path. */
const versions = '/usr/lib/postgresql';
const places = [
  ...(existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : []),
  ...(process.env['PATH'] ?? '').split(':'),
  '/usr/sbin',
];

/** The path of a program. @throws Error that says what is missing, and what brings it. */
export function program(name: string, debianPackage: string): string {
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(`${name} is missing here: the package ${debianPackage} of Debian has it`);
}

/** PostgreSQL and PgBouncer refuse to be run by root: then it is the user that PostgreSQL's package made. */
export const user =
  process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : { uid: undefined, gid: undefined };

function idOf(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

/** A new folder of that user's, and what removes it. */
export function folderOf({ uid, gid }: typeof user): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'deed-resilience-'));
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface RunningProgram {
  child: ChildProcess;
  /** Sends the signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Runs a program as that user, until it is stopped. */
export function runProgram(path: string, args: string[], as: Partial<typeof user> = user): RunningProgram {
  const identity = as.uid === undefined ? {} : { uid: as.uid, gid: as.gid as number }; // one comes with the other
  const child = spawn(path, args, { ...identity, stdio: 'ignore', cwd: '/' });
  const ended = once(child, 'close');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // hooks do not run for a test file that fails while it is loaded
  child.once('close', () => process.off('exit', kill));
  return {
    child,
    async stop(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}

/** Waits until somebody listens there. */
export async function listens(port: number): Promise<void> {
  const reachable = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
  await vi.waitUntil(reachable, { timeout: 10_000, interval: 20 });
}
