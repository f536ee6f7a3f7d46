// Lets what may cost much take turns: of one caller, one piece of work at a time.

/** How long a piece of work waits for its turn, in milliseconds. Less than a request may take: what is given up is never begun. */
const longestWait = 1_000;

export class Turns {
  /** By caller, those who wait behind the one at work. */
  readonly #lines = new Map<string, Set<() => void>>();

  /** Does the work when all is done that the caller wanted before. @throws what `tooLate` makes when that takes too long. */
  async take<Result>(caller: string, work: () => Promise<Result>, tooLate: () => Error): Promise<Result> {
    const line = this.#lines.get(caller);
    if (line === undefined) this.#lines.set(caller, new Set());
    else await turnIn(line, tooLate);
    try {
      return await work();
    } finally {
      const [next] = this.#lines.get(caller) ?? [];
      if (next === undefined) this.#lines.delete(caller);
      else next();
    }
  }
}

function turnIn(line: Set<() => void>, tooLate: () => Error): Promise<void> {
  return new Promise((resolve, reject) => {
    const goOn = () => {
      clearTimeout(timer);
      line.delete(goOn);
      resolve();
    };
    const timer = setTimeout(() => {
      line.delete(goOn);
      reject(tooLate());
    }, longestWait);
    line.add(goOn);
  });
}
