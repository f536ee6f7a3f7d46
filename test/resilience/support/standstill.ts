// How long the machine let a server, or these tests, stand still: a promise of so many seconds is not about that time.
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** How often is looked, in milliseconds. */
const interval = 20;

export interface Standstill {
  /** The milliseconds from one moment to another (of `performance.now()`) in which the server and these tests could run. */
  running(from: number, to?: number): number;
}

/** Watches until the test ends. `pids` are those of the servers of the moment. On a machine that is not busy nothing is lost. */
export function watchStandstill(pids: () => (number | undefined)[]): Standstill {
  const losses: { at: number; lost: number }[] = [];
  let looked = performance.now();
  let known = waits(pids());
  const look = () => {
    const now = waits(pids());
    const at = performance.now();
    // A process that is new has waited since it began; of one that has ended nothing is known any more.
    const waitedSince = [...now].map(([pid, waited]) => waited - (known.get(pid) ?? 0));
    losses.push({ at, lost: Math.max(0, at - looked - interval, ...waitedSince) }); // not the sum: they wait at the same time
    looked = at;
    known = now;
  };
  const timer = setInterval(look, interval);
  onTestFinished(() => clearInterval(timer));
  return {
    running(from, to = performance.now()) {
      look();
      // What was lost until a moment becomes known with the next look.
      const lost = losses.filter(({ at }) => at >= from && at <= to + interval);
      return Math.max(0, to - from - lost.reduce((sum, loss) => sum + loss.lost, 0));
    },
  };
}

/** How long each process has waited for a processor when it could have run, in milliseconds. */
function waits(pids: (number | undefined)[]): Map<number | undefined, number> {
  return new Map(pids.map((pid) => [pid, waited(pid)]));
}

/** Linux counts it; elsewhere, and of a process that has ended, it is 0. */
function waited(pid: number | undefined): number {
  try {
    const [, nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return 0;
  }
}
