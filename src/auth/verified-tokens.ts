// Remembers tokens that were found good: to check a signature again costs some fifty times as much as to look here.
import { hash } from 'node:crypto';
import { Recent } from '../recent.ts';
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
  readonly #entries: Recent<Verified>;

  constructor(capacity?: number) {
    this.#entries = new Recent(capacity);
  }

  /** The user of a token that is still good under these keys. */
  get(token: string, keys: object, now = Date.now() / 1000): Principal | undefined {
    const name = nameOf(token);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.keys === keys && now < entry.until) return entry.principal;
    this.#entries.delete(name);
    return undefined;
  }

  add(token: string, verified: Verified): void {
    this.#entries.set(nameOf(token), verified);
  }
}

function nameOf(token: string): string {
  return hash('sha256', token, 'base64');
}
