// Counts in Redis, for all replicas together; in the process itself while Redis is away.
import type { Logger } from 'pino';
import { createClient, type RedisClientType } from 'redis';
import { type Count, type Counts, countHere, windowMs } from './counts.ts';
import { withTimeout } from './timeout.ts';

/** How long a start, or a request, waits for Redis, in milliseconds. */
const timeout = 500;

/** How long no request asks a Redis that did not answer, in milliseconds. */
const pause = 1_000;

/**
 * One step for Redis, so that no count is left without its end. The whole script is sent each time: 130 bytes more than its hash,
 * and nothing that Redis could have forgotten.
 */
const script = `local hits = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { hits, redis.call('PTTL', KEYS[1]) }`;

/**
 * A server without Redis serves: it is waited for a moment, and then looked for in the background, again and again.
 * @throws Error when the address is none of a Redis database.
 */
export async function countInRedis(url: string, log: Logger): Promise<Counts> {
  const redis = createRedis(url);
  /** Why there is no connection: a command that is not sent only says that there is none. */
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  redis.on('ready', () => {
    reason = undefined;
  });
  const here = countHere();
  let away = false;
  let askAgainAt = 0;
  const goOnWithout = (error: unknown) => {
    if (!away) log.error({ err: reason ?? error }, 'redis is away: each replica counts for itself');
    away = true;
    askAgainAt = performance.now() + pause;
  };
  await withTimeout(timeout, redis.connect(), () => new Error('redis does not answer in time')).catch(goOnWithout);
  return {
    async add(caller) {
      if (away) {
        if (performance.now() < askAgainAt) return here.add(caller);
        askAgainAt = Number.POSITIVE_INFINITY; // this one asks; the others do not wait until it knows
      }
      try {
        const count = await countedBy(redis, caller);
        if (away) log.info('redis is back: replicas count together');
        away = false;
        return count;
      } catch (error) {
        goOnWithout(error);
        return here.add(caller);
      }
    },
    close: () => {
      here.close();
      redis.destroy();
    },
  };
}

/** @throws Error when the client can make nothing of the address. It may hold a password, and is not repeated. */
function createRedis(url: string): RedisClientType {
  try {
    return createClient({ url, disableOfflineQueue: true });
  } catch (cause) {
    throw new Error(`REDIS_URL is no address of a Redis database: ${(cause as Error).message}`, { cause });
  }
}

/** Redis counts at once or not at all: a request does not wait for one that hangs. @throws Error when it does not count. */
async function countedBy(redis: RedisClientType, caller: string): Promise<Count> {
  const counted = redis.sendCommand<[number, number]>(['EVAL', script, '1', `deed:${caller}`, String(windowMs)]);
  const [hits, endsIn] = await withTimeout(timeout, counted, () => new Error('redis does not answer in time'));
  return { hits, endsIn };
}
