// Brings a crowd to a server, from a process of its own, and says what has become of it.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import { launch, type ServerProcess } from '../../support/process.ts';
import type { Behaviour, CrowdReport } from './crowd.ts';

export interface Crowd {
  pid: number | undefined;
  /** What is known of it now. @throws Error when they cannot all be opened. */
  report(): CrowdReport;
  /** Waits until all of them are connected. */
  complete(): Promise<unknown>;
  leave(): Promise<unknown>;
}

const crowds: ServerProcess[] = [];
afterAll(() => Promise.all(crowds.map((members) => members.stop('SIGKILL'))));

/** It leaves with the test file at the latest. `groups` says how many behave in which way. */
export function gather(url: string, groups: Partial<Record<Behaviour, number>>): Crowd {
  const size = Object.values(groups).reduce((sum, number) => sum + number, 0);
  const script = fileURLToPath(new URL('crowd.ts', import.meta.url));
  const members = launch(['--import', 'tsx', script, url, JSON.stringify(groups)], {});
  crowds.push(members);
  const report = () => {
    if (members.child.exitCode !== null) throw new Error(`the crowd has ended: ${members.stderr}`);
    const last = members.stdout.split('\n').at(-2) ?? '{"open":0,"closed":0,"longest":0}';
    const told: CrowdReport = JSON.parse(last); // what crowd.ts prints
    if (told.failure === undefined) return told;
    throw new Error(`${size} connections cannot be opened here: ${told.failure} when ${told.open} were open`);
  };
  return {
    pid: members.child.pid,
    report,
    complete: () => vi.waitUntil(() => report().open >= size, { timeout: 90_000 }),
    leave: () => members.stop('SIGKILL'),
  };
}

/** @throws Error when a process may not have that many connections. */
export function demandFiles(connections: number): void {
  const allowed = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  const needed = connections + 500; // beside the connections, what any process has open
  if (allowed === 'unlimited' || Number(allowed) >= needed) return;
  throw new Error(
    `${connections} connections need ${needed} open files a process; this machine allows ${allowed} (ulimit -Hn)`,
  );
}
