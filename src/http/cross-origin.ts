// Lets the browsers of the allowed origins in (CORS), with the methods and headers that the contract describes.
import cors from 'cors';
import type { Request, RequestHandler } from 'express';
import type { Contract } from '../contract/contract.ts';
import { addHeaders, sendAnswer } from './answer.ts';

export function crossOrigin(origins: string[], { operations, headers }: Contract): RequestHandler {
  const browsers = cors({
    origin: origins,
    methods: [...new Set(operations.map(({ method }) => method.toUpperCase()))],
    allowedHeaders: [...always, ...headers.request],
    exposedHeaders: headers.response,
    maxAge: 600,
    preflightContinue: true, // it is answered below, or is no preflight
  });
  return (req, res, next) => {
    if (req.headers.origin !== undefined || req.method === 'OPTIONS') {
      return browsers(req, res, isPreflight(req) ? () => sendAnswer(res, 204, {}) : next);
    }
    addHeaders(res, 'Vary', 'Origin'); // what is kept of this answer is not for pages of other origins
    next();
  };
}

/**
 * What requests may have beside the headers of the contract. `Prefer` says what the mock should answer; here it says nothing, and
 * the same front end must get in with it. A trace that began in the browser goes on (W3C Trace Context).
 */
const always = ['Authorization', 'Content-Type', 'X-Request-Id', 'Prefer', 'traceparent', 'tracestate'];

/** Fetch, "CORS-preflight request". That there is nothing at an address is for the request itself: a browser tells no page of it here. */
function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}
