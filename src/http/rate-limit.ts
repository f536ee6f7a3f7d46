// Counts requests per user, or per address for callers without a valid token: here, or in Redis for all replicas.
import { isIP } from 'node:net';
import type { Request, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { Problem } from '../problem.ts';
import { addHeaders } from './answer.ts';
import { type Counts, countHere } from './counts.ts';

export interface RateLimit {
  /** Counts a request, and says on its answer how many are left. @throws Problem 429. */
  count(req: Request, res: Response): Promise<void>;
  close(): void;
}

/** @throws Error when the address of Redis is none. */
export async function createRateLimit(config: Config, log: Logger): Promise<RateLimit> {
  const { rateLimitPerMinute: limit, redisUrl } = config;
  if (limit === 0) return { count: async () => {}, close: () => {} };
  const { add, close } = redisUrl === undefined ? countHere() : await countTogether(redisUrl, log);
  return {
    count: async (req, res) => {
      const { userId } = res.locals;
      const { hits, endsIn } = await add(userId === undefined ? ipKeyGenerator(addressOf(req)) : `user ${userId}`);
      const left = String(Math.max(limit - hits, 0));
      const seconds = String(Math.ceil(endsIn / 1000));
      addHeaders(res, 'RateLimit-Limit', String(limit), 'RateLimit-Remaining', left, 'RateLimit-Reset', seconds);
      if (hits <= limit) return;
      const detail = `Too many requests. Try again in ${seconds} seconds.`;
      throw new Problem('TooManyRequests', detail, { headers: { 'Retry-After': seconds } });
    },
    close,
  };
}

/** The client of Redis costs time and memory to load: it is not, unless the settings ask for it. */
async function countTogether(redisUrl: string, log: Logger): Promise<Counts> {
  const { countInRedis } = await import('./counts-in-redis.ts');
  return countInRedis(redisUrl, log);
}

/**
 * The caller's address. Some proxies add the port to what they forward, another one for each connection. What a proxy forwards that
 * is no address is the caller's own invention: such requests share the count of the proxy.
 */
function addressOf({ ip = '', socket }: Request): string {
  const address = ip.replace(/^\[(.+)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3');
  return isIP(address) > 0 ? address : (socket.remoteAddress ?? '');
}
