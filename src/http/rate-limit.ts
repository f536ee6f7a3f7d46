// Counts requests per user, or per address for callers without a valid token: here, or in Redis for all replicas.
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { type ClientRateLimitInfo, ipKeyGenerator, type Options } from 'express-rate-limit';
import type { Logger } from 'pino';
import type { RedisReply } from 'rate-limit-redis';
import type { RedisClientType } from 'redis';
import type { Config } from '../config.ts';
import { addHeaders } from './answer.ts';
import { type Count, type Counts, countHere, windowMs } from './counts.ts';
import { Problem } from './problem.ts';
import { withTimeout } from './timeout.ts';

export interface RateLimit {
  /** Counts a request, and says on its answer how many are left. @throws Problem 429. */
  count(req: Request, res: Response): Promise<void>;
  close(): void;
}

export async function createRateLimit(config: Config, log: Logger): Promise<RateLimit> {
  const { rateLimitPerMinute: limit, redisUrl } = config;
  if (limit === 0) return { count: async () => {}, close: () => {} };
  const policy = ['RateLimit-Policy', `${limit};w=${windowMs / 1000}`, 'RateLimit-Limit', String(limit)];
  const { add, close } = redisUrl === undefined ? countHere() : await countInRedis(redisUrl, log);
  return {
    count: async (req, res) => {
      const { userId } = res.locals;
      const { hits, endsIn } = await add(userId === undefined ? ipKeyGenerator(addressOf(req)) : `user ${userId}`);
      const left = String(Math.max(limit - hits, 0));
      const seconds = String(Math.ceil(endsIn / 1000));
      addHeaders(res, ...policy, 'RateLimit-Remaining', left, 'RateLimit-Reset', seconds);
      if (hits <= limit) return;
      const detail = `Too many requests. Try again in ${seconds} seconds.`;
      throw new Problem('TooManyRequests', detail, { headers: { 'Retry-After': seconds } });
    },
    close,
  };
}

/**
 * The caller's address. Some proxies add the port to what they forward, another one for each connection. What a proxy forwards that
 * is no address is the caller's own invention: such requests share the count of the proxy.
 */
function addressOf({ ip = '', socket }: Request): string {
  const address = ip.replace(/^\[(.+)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3');
  return isIP(address) > 0 ? address : (socket.remoteAddress ?? '');
}

/** Of a limiter's options, its store reads only how long the window is. */
const options = { windowMs } as Options;

/** How long a start, or a request, waits for Redis, in milliseconds. */
const timeout = 500;

/** How long no other request asks a Redis that did not answer, in milliseconds. */
const pause = 1_000;

/** A server without Redis serves: it is waited for a moment, and then looked for in the background, again and again. */
async function countInRedis(url: string, log: Logger): Promise<Counts> {
  const [{ createClient }, { RedisStore }] = await Promise.all([import('redis'), import('rate-limit-redis')]);
  const redis = createRedis(() => createClient({ url, disableOfflineQueue: true }));
  /** Why there is no connection: a command that is not sent only says that there is none. */
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  redis.on('ready', () => {
    reason = undefined;
  });
  await withTimeout(timeout, redis.connect(), () => new Error('no connection yet')).catch(() => {}); // reported as an 'error'
  const store = new RedisStore({ prefix: 'deed:', sendCommand: (...command) => send(redis, command) });
  await store.init(options);
  const here = countHere();
  let away = false;
  let askAgainAt = 0;
  const countWithout = (key: string, error: unknown) => {
    if (!away) log.error({ err: reason ?? error }, 'redis is away: each replica counts for itself');
    away = true;
    askAgainAt = performance.now() + pause;
    return here.add(key);
  };
  const countWith = ({ totalHits, resetTime = new Date() }: ClientRateLimitInfo): Count => {
    if (away) log.info('redis is back: replicas count together');
    away = false;
    return { hits: totalHits, endsIn: Math.max(0, resetTime.getTime() - Date.now()) };
  };
  return {
    add: (key) =>
      away && performance.now() < askAgainAt
        ? here.add(key)
        : store.increment(key).then(countWith, (error) => countWithout(key, error)),
    close: () => {
      here.close();
      redis.destroy();
    },
  };
}

/** @throws Error when the client can make nothing of the address. It may hold a password, and is not repeated. */
function createRedis(create: () => RedisClientType): RedisClientType {
  try {
    return create();
  } catch (cause) {
    throw new Error(`REDIS_URL is no address of a Redis database: ${(cause as Error).message}`, { cause });
  }
}

/** While Redis is away, a script is named by what `SCRIPT LOAD` would answer, its SHA-1; it is loaded when it is missing. */
async function send(redis: RedisClientType, command: string[]): Promise<RedisReply> {
  const [name, , script = ''] = command;
  if (name === 'SCRIPT' && !redis.isReady) return createHash('sha1').update(script).digest('hex');
  // Redis counts at once or not at all: a request does not wait for one that hangs.
  return withTimeout(timeout, redis.sendCommand<RedisReply>(command), () => new Error('redis does not answer in time'));
}
