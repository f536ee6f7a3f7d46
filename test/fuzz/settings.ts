// How long the fuzzer runs and from which seed: a bounded, repeatable part of the suite, or `npm run fuzz`.
import type { Parameters } from 'fast-check';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';

const { FUZZ_RUNS, FUZZ_SEED } = process.env;

/** With `FUZZ_RUNS` it is the long form: another seed each time, and it says what it did. */
const long = FUZZ_RUNS !== undefined;

const seed = FUZZ_SEED === undefined ? (long ? Date.now() & 0x7fffffff : 20_260_301) : Number(FUZZ_SEED);

/** Three kinds of requests share what an operation gets. */
export const requestsPerKind = Math.ceil(Number(FUZZ_RUNS ?? 180) / 3);

/** In the bounded form an operation that takes nothing gets a third of that: its answers are pages of a megabyte. */
export function requestsOf({ parameters, body }: ContractOperation): number {
  const takesNothing = parameters.length === 0 && body === 'none';
  return takesNothing && !long ? Math.ceil(requestsPerKind / 3) : requestsPerKind;
}

/** Each of 20 to 30 steps. */
export const stories = Math.ceil(Number(FUZZ_RUNS ?? 500) / 20);

export const timeout = long ? 3_600_000 : 60_000;

export function parameters<Values>(numRuns: number): Parameters<Values> {
  // A failing run is cut short rather than shrunk for ever: each step of it is a request.
  return { numRuns, seed, endOnFailure: false, interruptAfterTimeLimit: timeout - 5_000, markInterruptAsFailure: true };
}

export function report(counts: { toString(): string }): void {
  if (long) process.stdout.write(`\nFUZZ_SEED=${seed}\n${counts}\n`);
}
