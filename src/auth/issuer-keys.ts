// Keeps the keys of the token issuer at hand: fetched when they are needed, renewed when they age or one is missing.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { Logger } from 'pino';
import { serviceUnavailable } from '../problem.ts';

/** All in milliseconds. Keys of this age are renewed; meanwhile they go on verifying. */
const maxAge = 600_000;
/**
 * After so long without a word of the issuer it is waited for: a key that it has taken back is good no longer than this, as long as it
 * answers. While it is away, known keys go on.
 */
const maxSilence = 900_000;
/** Between two fetches for a key that is not there: anybody can name one. And between two that fail. */
const cooldown = 30_000;
/** Between two fetches while no key at all is known, and so nobody is let in. */
const firstCooldown = 5_000;

/** One fetched set. A later fetch makes another object, also when the keys are the same. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;
type Key = Awaited<ReturnType<KeySet>>;

/** The clock that no administrator sets back. */
const now = () => performance.now();

export class IssuerKeys {
  #known: KeySet | undefined;
  #knownSince = Number.NEGATIVE_INFINITY;
  /** When the issuer last answered, or was given up. */
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Whether it was given up. */
  #failed = false;
  /** When it last said something that lacked a key which was wanted. */
  #missedAt = Number.NEGATIVE_INFINITY;
  #pending: Promise<void> | undefined;
  readonly #fetchKeys: () => Promise<JSONWebKeySet>;
  readonly #log: Logger;

  constructor(fetchKeys: () => Promise<JSONWebKeySet>, log: Logger) {
    this.#fetchKeys = fetchKeys;
    this.#log = log;
  }

  /** The set to trust without a look at the network; undefined when there is none, or it is to be renewed. */
  get fresh(): KeySet | undefined {
    return now() < this.#knownSince + maxAge ? this.#known : undefined;
  }

  /**
   * The key that a token names, and the set that has it.
   * @throws Problem 503 when no known key fits and the issuer cannot be asked. JOSEError when there is no such key.
   */
  async find(header: JWSHeaderParameters): Promise<{ key: Key; set: KeySet }> {
    const before = this.#known;
    const set = this.fresh ?? (await this.#renewed());
    const found = (await fitting(set, header)) ?? (await fitting(await this.#newerThan(before), header));
    if (found !== undefined) return found;
    this.#missedAt = this.#askedAt;
    if (this.#failed) throw serviceUnavailable(undefined, this.#secondsToNextFetch());
    throw new errors.JWKSNoMatchingKey();
  }

  /** Has the keys renewed. Nobody waits for that, unless nothing is known or the issuer has not been asked for too long. */
  async #renewed(): Promise<KeySet | undefined> {
    const fetched = this.#fetch();
    if (this.#known === undefined || this.#silent) await fetched;
    return this.#known;
  }

  /** For a key that is not there: the issuer is asked once in a cooldown, and not when its answer has come since `before`. */
  async #newerThan(before: KeySet | undefined): Promise<KeySet | undefined> {
    const due = this.#pending !== undefined || now() >= this.#missedAt + cooldown;
    if (due && this.#known === before) await this.#fetch();
    return this.#known;
  }

  /** All who ask at the same time share one answer. Never rejects; undefined when the issuer is not asked now. */
  #fetch(): Promise<void> | undefined {
    if (this.#resting) return undefined;
    this.#pending ??= this.#replace().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #replace(): Promise<void> {
    try {
      const set = await this.#fetchKeys();
      // An issuer may take its last key back: then nobody is let in, and somebody should know why.
      if (set.keys.length === 0) this.#log.error('the token issuer publishes no key that can verify a token');
      this.#known = createLocalJWKSet(set);
      this.#knownSince = now();
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#log.error({ err: error }, 'cannot get the keys of the token issuer');
    }
    this.#askedAt = now();
  }

  get #silent(): boolean {
    return now() >= this.#askedAt + maxSilence;
  }

  /** An issuer that did not answer is left alone for a while, whatever it is wanted for. */
  get #resting(): boolean {
    return this.#failed && now() < this.#askedAt + this.#pause;
  }

  get #pause(): number {
    return this.#known === undefined ? firstCooldown : cooldown;
  }

  #secondsToNextFetch(): number {
    return Math.max(1, Math.ceil((this.#askedAt + this.#pause - now()) / 1000));
  }
}

/** By `kid`, `kty`, `alg`, `use`, `key_ops` and curve. A token without `kid` is fine as long as one key fits. */
async function fitting(set: KeySet | undefined, header: JWSHeaderParameters) {
  try {
    return set && { key: await set(header), set };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw error;
  }
}
