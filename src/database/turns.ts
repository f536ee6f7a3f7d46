// Lets what may cost much take turns: of one caller, one piece of work at a time.

/** How many pieces may wait. */
const mostWaiting = 8;

export class Turns {
  /** By caller, those who wait behind the one at work. */
  readonly #lines = new Map<string, (() => void)[]>();

  /** Does the work when all is done that the caller wanted before. @throws what `tooMany` makes when too much of that waits. */
  async take<Result>(caller: string, work: () => Promise<Result>, tooMany: () => Error): Promise<Result> {
    const line = this.#lines.get(caller);
    if (line === undefined) this.#lines.set(caller, []);
    else if (line.length === mostWaiting) throw tooMany();
    else await new Promise<void>((goOn) => line.push(goOn));
    try {
      return await work();
    } finally {
      const next = this.#lines.get(caller)?.shift();
      if (next === undefined) this.#lines.delete(caller);
      else next();
    }
  }
}
