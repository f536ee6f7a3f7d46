// Remembers tokens that were found good: to check a signature again costs some fifty times as much as to look here.
import { createHash } from 'node:crypto';
import type { KeySet } from './issuer-keys.ts';
import type { Principal } from './principal.ts';

export interface Verified {
  principal: Principal;
  /** In seconds since 1970, the tolerance included. */
  until: number;
  /** The keys that it was verified with: under others it must be verified anew. */
  set: KeySet;
}

export class VerifiedTokens {
  /** By the hash of the token: small, and no heap dump holds a token. */
  readonly #entries = new Map<string, Verified>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** The user of a token that is still good under these keys. */
  get(token: string, set: KeySet, now = Date.now() / 1000): Principal | undefined {
    const name = nameOf(token);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    if (entry.set !== set || now >= entry.until) return undefined;
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
  return createHash('sha256').update(token).digest('base64');
}
