// Remembers what was used last, and forgets the rest: what callers can fill must have an end.

/**
 * A map of `capacity` entries at most, of which the half that was used last is always there. It has two generations: when the young
 * one is full, it becomes the old one, and what nobody has used since is gone. To move each entry to the end of one Map when it is
 * used would leave a hole there each time, and to find the oldest entry is to go past the holes.
 */
export class Recent<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(capacity = 10_000) {
    this.#half = capacity / 2;
  }

  get(name: string): Value | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.set(name, old);
    return old;
  }

  set(name: string, value: Value): void {
    this.#young.set(name, value);
    if (this.#young.size < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(name: string): void {
    this.#young.delete(name);
    this.#old.delete(name);
  }
}
