// Remembers tokens that were found good: to check a signature again costs some fifty times as much as to look here.
import { hash } from 'node:crypto';
import type { Principal } from './principal.ts';

interface Verified {
  principal: Principal;
  /** In seconds since 1970, the tolerance included. */
  until: number;
  /** What it was verified with: under other keys it must be verified anew. */
  keys: object;
}

export class VerifiedTokens {
  /** By the hash of the token: small, and no heap dump holds a token. */
  readonly #entries = new Map<string, Verified>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** The user of a token that is still good under these keys. */
  get(token: string, keys: object, now = Date.now() / 1000): Principal | undefined {
    const name = nameOf(token);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    if (entry.keys !== keys || now >= entry.until) return undefined;
    this.#entries.set(name, entry); // to the end: a Map forgets in the order of insertion below
    return entry.principal;
  }

  add(token: string, verified: Verified): void {
    this.#entries.set(nameOf(token), verified);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }
}

function nameOf(token: string): string {
  return hash('sha256', token, 'base64');
}
