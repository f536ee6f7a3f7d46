// Keeps the keys of the token issuer at hand: fetched when they are needed, renewed when they age or one is missing.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { Logger } from 'pino';
import { serviceUnavailable } from '../http/problem.ts';

/** All in milliseconds. */
const maxAge = 600_000;
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
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #missedAt = Number.NEGATIVE_INFINITY;
  #failed = false;
  #pending: Promise<void> | undefined;
  readonly #fetchKeys: () => Promise<JSONWebKeySet>;
  readonly #log: Logger;

  constructor(fetchKeys: () => Promise<JSONWebKeySet>, log: Logger) {
    this.#fetchKeys = fetchKeys;
    this.#log = log;
  }

  /** The set to trust without a look at the network; undefined when there is none, or it is too old. */
  get fresh(): KeySet | undefined {
    return now() < this.#fetchedAt + maxAge ? this.#known : undefined;
  }

  /**
   * The key that a token names, and the set that has it.
   * @throws Problem 503 when no known key fits and the issuer cannot be asked. JOSEError when there is no such key.
   */
  async find(header: JWSHeaderParameters): Promise<{ key: Key; set: KeySet }> {
    const before = this.#known;
    const set = await this.#current();
    const found = await fitting(set, header);
    if (found !== undefined) return found;
    const foundLater = await fitting(await this.#newerThan(set, set !== before), header);
    if (foundLater !== undefined) return foundLater;
    if (this.#failed) throw serviceUnavailable(undefined, this.#secondsToNextFetch());
    throw new errors.JWKSNoMatchingKey();
  }

  /** Known keys outlive an issuer that is away; then they are renewed without anybody waiting for it. */
  async #current(): Promise<KeySet | undefined> {
    const { fresh } = this;
    if (fresh !== undefined) return fresh;
    const fetching = this.#mayFetch ? this.#fetch() : this.#pending;
    if (this.#known === undefined || !this.#failed) await fetching;
    return this.#known;
  }

  /** Asks the issuer for a key that `set` lacks: once in a cooldown, and not when the set has only just come. */
  async #newerThan(set: KeySet | undefined, justFetched: boolean): Promise<KeySet | undefined> {
    if (this.#pending !== undefined) await this.#pending;
    else if (this.#known === set && this.#mayFetch && now() >= this.#missedAt + cooldown) {
      this.#missedAt = now();
      if (!justFetched) await this.#fetch();
    }
    return this.#known;
  }

  /** Never rejects; all who ask at the same time wait for one answer. */
  #fetch(): Promise<void> {
    this.#pending ??= this.#replace().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #replace(): Promise<void> {
    this.#triedAt = now();
    try {
      const set = await this.#fetchKeys();
      // An issuer may take its last key back: then nobody is let in, and somebody should know why.
      if (set.keys.length === 0) this.#log.error('the token issuer publishes no key that can verify a token');
      this.#known = createLocalJWKSet(set);
      this.#fetchedAt = now();
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#log.error({ err: error }, 'cannot get the keys of the token issuer');
    }
  }

  /** An issuer that did not answer is left alone for a while, whatever it is wanted for. */
  get #mayFetch(): boolean {
    return !this.#failed || now() >= this.#triedAt + this.#pause;
  }

  get #pause(): number {
    return this.#known === undefined ? firstCooldown : cooldown;
  }

  #secondsToNextFetch(): number {
    return Math.max(1, Math.ceil((this.#triedAt + this.#pause - now()) / 1000));
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
