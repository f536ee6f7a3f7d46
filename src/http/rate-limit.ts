// Counts requests per user, or per address for callers without a valid token: here, or in Redis for all replicas.
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import type { Logger } from 'pino';
import { RedisStore } from 'rate-limit-redis';
import { createClient } from 'redis';
import type { Config } from '../config.ts';
import { pass } from './pass.ts';
import { Problem } from './problem.ts';

/** Counts a request. @throws Problem 429. */
export type CountRequest = (req: Request, res: Response) => Promise<void>;

export interface RateLimit {
  count: CountRequest;
  close(): Promise<void>;
}

export async function createRateLimit(config: Config, log: Logger): Promise<RateLimit> {
  const { rateLimitPerMinute: limit, redisUrl } = config;
  if (limit === 0) return { count: async () => {}, close: async () => {} };
  const options = { ...shared, limit };
  if (redisUrl === undefined) return limiter(rateLimit(options), async () => {});
  const redis = createClient({ url: redisUrl, disableOfflineQueue: true });
  redis.on('error', (error) => log.error({ err: error }, 'redis is away: requests pass uncounted'));
  await redis.connect();
  const store = new RedisStore({ prefix: 'deed:', sendCommand: (...command: string[]) => redis.sendCommand(command) });
  return limiter(rateLimit({ ...options, store, passOnStoreError: true }), async () => redis.destroy());
}

const shared: Partial<Options> = {
  windowMs: 60_000,
  standardHeaders: 'draft-6',
  legacyHeaders: false,
  validate: false,
  keyGenerator: (req, res) =>
    res.locals.userId === undefined ? ipKeyGenerator(req.ip ?? '') : `user ${res.locals.userId}`,
  handler: (_req, res, next) => {
    const seconds = res.getHeader('Retry-After');
    next(new Problem('TooManyRequests', `Too many requests. Try again in ${seconds} seconds.`));
  },
};

function limiter(middleware: RequestHandler, close: () => Promise<void>): RateLimit {
  return { count: (req, res) => pass(middleware, req, res), close };
}
