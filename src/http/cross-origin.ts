// Lets the browsers of the allowed origins in (CORS), with the methods and headers that the contract describes.
import cors from 'cors';
import type { RequestHandler } from 'express';
import type { Contract } from '../contract/contract.ts';
import { announce } from './answer.ts';

export function crossOrigin(origins: string[], { operations, headers }: Contract): RequestHandler {
  const browsers = cors({
    origin: origins,
    methods: [...new Set(operations.map(({ method }) => method.toUpperCase()))],
    // `Prefer` says what the mock should answer; here it says nothing, and the same front end must get in with it.
    allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-Id', 'Prefer', ...headers.request],
    exposedHeaders: headers.response,
    maxAge: 600,
    preflightContinue: true, // a path that does not exist is 404 for a preflight, too
  });
  return (req, res, next) => {
    if (req.headers.origin !== undefined || req.method === 'OPTIONS') return browsers(req, res, next);
    announce(res, 'Vary', 'Origin'); // what is kept of this answer is not for pages of other origins
    next();
  };
}
