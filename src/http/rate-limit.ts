// Counts requests per user, or per address for callers without a valid token: here, or in Redis for all replicas.
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import type { Logger } from 'pino';
import { type RedisReply, RedisStore } from 'rate-limit-redis';
import { createClient, type RedisClientType } from 'redis';
import type { Config } from '../config.ts';
import { pass } from './pass.ts';
import { Problem } from './problem.ts';
import { within } from './within.ts';

/** Counts a request. @throws Problem 429. */
export type CountRequest = (req: Request, res: Response) => Promise<void>;

export interface RateLimit {
  count: CountRequest;
  close(): Promise<void>;
}

export function createRateLimit(config: Config, log: Logger): RateLimit {
  const { rateLimitPerMinute: limit, redisUrl } = config;
  if (limit === 0) return { count: async () => {}, close: async () => {} };
  const options = { ...shared, limit, logger: log };
  if (redisUrl === undefined) return limiter(rateLimit(options), () => {});
  const redis = connectRedis(redisUrl, log);
  const store = new RedisStore({ prefix: 'deed:', sendCommand: (...command) => send(redis, command) });
  return limiter(rateLimit({ ...options, store, passOnStoreError: true }), () => redis.destroy());
}

/** How long a request waits for Redis, in milliseconds. */
const patience = 500;

const shared: Partial<Options> = {
  windowMs: 60_000,
  standardHeaders: 'draft-6',
  legacyHeaders: false,
  validate: false,
  keyGenerator: ({ ip = '' }, { locals: { userId } }) => (userId === undefined ? ipKeyGenerator(ip) : `user ${userId}`),
  handler: (_req, res, next) => {
    const seconds = res.getHeader('Retry-After');
    next(new Problem('TooManyRequests', `Too many requests. Try again in ${seconds} seconds.`));
  },
};

function limiter(middleware: RequestHandler, close: () => void): RateLimit {
  return { count: (req, res) => pass(middleware, req, res), close: async () => close() };
}

/** Connects in the background, again and again: a server without Redis serves, it only cannot count. */
function connectRedis(url: string, log: Logger): RedisClientType {
  const redis: RedisClientType = createClient({ url, disableOfflineQueue: true });
  let away = false;
  redis.on('error', (error) => {
    if (!away) log.error({ err: error }, 'redis is away: requests pass uncounted');
    away = true;
  });
  redis.on('ready', () => {
    away = false;
  });
  redis.connect().catch(() => {}); // reported as an 'error'
  return redis;
}

/** While Redis is away, a script is named by what `SCRIPT LOAD` would answer, its SHA-1; it is loaded when it is missing. */
async function send(redis: RedisClientType, command: string[]): Promise<RedisReply> {
  const [name, , script = ''] = command;
  if (name === 'SCRIPT' && !redis.isReady) return createHash('sha1').update(script).digest('hex');
  // Redis counts at once or not at all: a request does not wait for one that hangs.
  return within(patience, redis.sendCommand<RedisReply>(command), () => new Error('redis does not answer in time'));
}
