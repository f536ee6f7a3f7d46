// How often each caller has asked, in windows of a minute: from a caller's first request on, and anew with the first after that.

/** How long a window is, in milliseconds. */
export const windowMs = 60_000;

export interface Count {
  /** How often the caller has asked in this window, this time included. */
  hits: number;
  /** In how many milliseconds the window ends. */
  endsIn: number;
}

export interface Counts {
  /** Counts one request of a caller. */
  add(caller: string): Count | Promise<Count>;
  close(): void;
}

/** Counts in this process. */
export function countHere() {
  // Nobody looks through all callers for those who are gone: their counts have ended when the Map that they are in is forgotten.
  let current = new Map<string, { hits: number; until: number }>();
  let before: typeof current = new Map();
  const turn = () => {
    before = current;
    current = new Map();
  };
  const timer = setInterval(turn, windowMs).unref();
  return {
    add(caller: string): Count {
      const now = performance.now();
      let entry = current.get(caller) ?? before.get(caller);
      if (entry === undefined || now >= entry.until) {
        entry = { hits: 0, until: now + windowMs };
        current.set(caller, entry);
      }
      entry.hits += 1;
      return { hits: entry.hits, endsIn: entry.until - now }; // the entry itself goes on counting
    },
    close: () => clearInterval(timer),
  } satisfies Counts;
}
