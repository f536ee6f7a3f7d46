// Reads the target of a request once, so that every later stage sees the same path and query.
import { parse } from 'node:querystring';
import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** Takes the address off a target in absolute form (RFC 9112, section 3.2.2) and refuses what is no target at all. */
export const readTarget: RequestHandler = (req, _res, next) => {
  if (req.headers.host === undefined && req.httpVersion === '1.1') {
    throw new Problem('BadRequest', 'The request has no Host header.'); // RFC 9112, section 3.2
  }
  if (req.url.includes('#')) throw new Problem('BadRequest', 'The target of a request has no fragment.');
  req.url = req.url.replace(/^https?:\/\/[^/?]*/i, '').replace(/^(?=\?|$)/, '/');
  req.originalUrl = req.url;
  next();
};

/** For Express's `query parser`: all parameters, where Node would stop at a thousand. */
export function readQueryString(text: string): Record<string, unknown> {
  return parse(text, '&', '=', { maxKeys: 0 });
}
