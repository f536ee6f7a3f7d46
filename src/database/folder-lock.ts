// Keeps a second process off the folder of the embedded database: PGlite itself would silently lose writes.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Who holds the folder. A process id alone would be mistaken for a later process with the same number. */
interface Holder {
  pid: number;
  host: string;
  started: string;
}

/**
 * Takes the folder for this process; a lock that a crashed process left behind is taken over.
 * @returns what gives the folder back.
 * @throws Error naming the process that holds the folder.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = join(folder, 'lock');
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) }));
  try {
    while (!link(own, lock)) removeStale(lock, folder);
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

/** Creates `lock` with the content of `own`, at once and only if it is not there. */
function link(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeStale(lock: string, folder: string): void {
  const holder = readHolder(lock);
  if (holder === undefined) return; // given back in the meantime
  if (isAlive(holder)) throw new Error(heldBy(holder, folder));
  // Moved before it is removed: of two processes that find it stale, one moves it and the other finds nothing.
  const stale = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, stale);
  } catch {
    return;
  }
  const moved = readHolder(stale);
  if (moved !== undefined && isAlive(moved)) link(stale, lock); // a faster process had renewed it: put it back
  rmSync(stale, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { pid: 0, host: hostname(), started: '' }; // not written by Deed: nobody's
  }
}

function isAlive({ pid, host, started }: Holder): boolean {
  // Whether a process of another machine lives cannot be seen from here: never steal.
  return host !== hostname() || (isRunning(pid) && startOf(pid) === started);
}

function heldBy({ pid, host }: Holder, folder: string): string {
  const where = host === hostname() ? '' : ` on ${host} (if that is gone, remove ${join(folder, 'lock')})`;
  return `DATA_DIR ${folder} is in use by process ${pid}${where}. Stop it, or set another DATA_DIR.`;
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // EPERM: it runs, as somebody else
  }
}

/** Whether it has ended, and nobody has taken notice yet. */
function isZombie(pid: number): boolean {
  return statOf(pid)[0] === 'Z';
}

/** When the process started, in a form that only serves to be compared; empty where the system does not say. */
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

/** The fields of proc(5) stat from the third on: the second, a name in parentheses, may itself hold spaces. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}
