// A server under measurement: started on a core of its own, its CPU time and memory read from /proc.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export interface ServerProcess {
  pid: number;
  url: string;
  /** From its start to its first answer, in milliseconds. */
  startUp: number;
  /** The CPU time of that, in milliseconds. */
  startUpCpu: number;
  stop(): Promise<void>;
}

export interface Start {
  command: string[];
  env: Record<string, string>;
  cwd: string;
  core?: number | undefined;
}

/** With two cores or more, the server has one and the load another; PostgreSQL runs where there is room. */
const cores = availableParallelism();
export const loadCore = cores > 1 ? 0 : undefined;
export const serverCore = cores > 1 ? 1 : undefined;

export function pinned(core: number | undefined, command: string[]): string[] {
  return core === undefined ? command : ['taskset', '-c', String(core), ...command];
}

/** What a server is asked to see whether it is there. */
interface First {
  path: string;
  headers: Record<string, string>;
  status: number;
}

const refused: First = { path: '/api/nobody/tasks', headers: {}, status: 401 };

/** Starts a server that prints `listening on URL`, and waits for its first answer. Its log goes nowhere. */
export async function startServer({ command, env, cwd, core }: Start, first = refused): Promise<ServerProcess> {
  const began = performance.now();
  const [program, ...args] = pinned(core, command);
  const child = spawn(String(program), args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', process.env['BENCH_DEBUG'] ? 'inherit' : 'ignore'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  const url = await listening(child);
  const { status } = await fetch(url + first.path, { headers: first.headers });
  const startUp = performance.now() - began;
  if (status !== first.status) throw new Error(`${command}: the first answer was ${status}`);
  const complain = (code: unknown, signal: unknown) => process.stderr.write(`${command} ended: ${code ?? signal}\n`);
  child.once('close', complain);
  return { pid: Number(child.pid), url, startUp, startUpCpu: cpuTime(Number(child.pid)) / 1000, stop };

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.off('close', complain).kill('SIGTERM');
    await once(child, 'close');
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const url = /listening on (http:\S+)/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('close', (code) =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${code} (BENCH_DEBUG=1 shows why)`)),
    );
  });
}

/** The length of a tick of `/proc/PID/stat`, in microseconds. */
const tick = 10_000;

/**
 * The CPU time that a process has had so far, user and system, in microseconds: of all its threads, those that have ended included.
 * It comes in ticks, which is exact to a hundredth when a server was busy for a second.
 */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const behindName = stat.slice(stat.lastIndexOf(')') + 2); // which may be anything
  const [user, system] = behindName.split(' ').slice(11, 13).map(Number);
  return (Number(user) + Number(system)) * tick;
}

/** The CPU time of each child of a process, by its id. */
export function cpuTimeOfChildren(pid: number): Map<number, number> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return new Map(children.map((child) => [child, cpuTimeIfAlive(child)]));
}

/** Those of PostgreSQL have one thread each, and many are busy for less than a tick. */
function cpuTimeIfAlive(pid: number): number {
  try {
    // Its first number is the time on a processor, in nanoseconds.
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000;
  } catch {
    return 0; // it has ended since it was listed
  }
}

/** The memory that a process has in RAM, in MB. */
export function residentMemory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
