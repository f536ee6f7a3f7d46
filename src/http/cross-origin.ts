// Lets the browsers of the allowed origins in (CORS), with the methods and headers that the contract describes.
import cors from 'cors';
import type { RequestHandler } from 'express';
import type { Contract } from '../contract/contract.ts';

export function crossOrigin(origins: string[], { operations, headers }: Contract): RequestHandler {
  return cors({
    origin: origins,
    methods: [...new Set(operations.map(({ method }) => method.toUpperCase()))],
    allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-Id', ...headers.request],
    exposedHeaders: headers.response,
    maxAge: 600,
    preflightContinue: true, // a path that does not exist is 404 for a preflight, too
  });
}
