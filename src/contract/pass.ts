// Awaits what was written as Express middleware.
import type { Request, RequestHandler, Response } from 'express';

/**
 * Resolves when the middleware calls `next()`, rejects with what it passes to `next` or throws. `late` gets an error that
 * the middleware reports after that, from a hook that it left behind.
 */
export function pass(
  middleware: RequestHandler,
  req: Request,
  res: Response,
  late: (error: Error) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    let passed = false;
    const next = (error?: unknown) => {
      if (passed && error) late(error as Error);
      passed = true;
      if (error) reject(error);
      else resolve();
    };
    Promise.resolve(middleware(req, res, next)).catch(reject);
  });
}
