// Lets what may cost much take turns: of one caller, one search at a time.
import { serviceUnavailable } from '../problem.ts';

/** How long a piece of work waits for its turn, in milliseconds. Less than a request may take: what is given up is never begun. */
const longestWait = 1_000;

export class Turns {
  /** By caller, those who wait behind the one at work. */
  readonly #lines = new Map<string, Set<() => void>>();

  /** Does the work when all is done that the caller wanted before. @throws Problem 503 when that takes too long. */
  async take<Result>(caller: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(caller);
    if (line === undefined) this.#lines.set(caller, new Set());
    else await turnIn(line);
    try {
      return await work();
    } finally {
      const [next] = this.#lines.get(caller) ?? [];
      if (next === undefined) this.#lines.delete(caller);
      else next();
    }
  }
}

function turnIn(line: Set<() => void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const goOn = () => {
      clearTimeout(timer);
      line.delete(goOn);
      resolve();
    };
    const timer = setTimeout(() => {
      line.delete(goOn);
      reject(serviceUnavailable(new Error('the searches of this user took too long for one more'), 1));
    }, longestWait);
    line.add(goOn);
  });
}
