// Keeps a second process off the folder of the embedded database: PGlite itself would silently lose writes.
import { hash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const id = randomUUID(); // no two locks are alike
  const content = JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid), id });
  const own = `${lock}.${id}`;
  writeFileSync(own, content);
  try {
    take(lock, own, folder);
  } finally {
    rmSync(own, { force: true });
  }
  return () => remove(lock, content);
}

/**
 * Creates `lock` with the content of `own`. Who finds a stale one does not know whether another has taken it over by the time that
 * it is removed. So it takes a lock for that first, named by what is stale; if it crashes with it, that one is stale in turn.
 */
function take(lock: string, own: string, folder: string): void {
  while (!link(own, lock)) {
    const content = read(lock);
    if (content === undefined) continue; // given back in the meantime
    const holder = holderOf(content);
    if (isAlive(holder)) throw new Error(heldBy(holder, folder));
    const removal = join(folder, `lock.${hash('sha256', content)}`);
    take(removal, own, folder);
    try {
      remove(lock, content);
    } finally {
      rmSync(removal);
    }
  }
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

/** Removes a lock of this content, for the only one who may: its living holder, or who holds the right to remove it. */
function remove(lock: string, content: string): void {
  if (read(lock) === content) rmSync(lock, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function holderOf(content: string): Holder {
  try {
    return JSON.parse(content);
  } catch {
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
