// Requests and responses that are born as Express wants them: it gives both another prototype otherwise, on every request.
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { Exchange } from './listen.ts';

/**
 * The options of `createServer` that make an app's requests and responses. An object whose prototype changes is slow in V8 from
 * then on, each access to it: on Node 20 that alone doubled the cost of a request.
 */
export function exchangeOf(app: Express): Exchange {
  return {
    IncomingMessage: bornAs(IncomingMessage, app.request) as typeof IncomingMessage,
    ServerResponse: bornAs(ServerResponse, app.response) as typeof ServerResponse,
  };
}

/** A constructor that does what `base` does, and whose objects have this prototype. Node's own are functions, not classes. */
function bornAs(base: unknown, prototype: object): unknown {
  const construct = base as (this: object, ...args: unknown[]) => void;
  function Born(this: object, ...args: unknown[]) {
    construct.apply(this, args);
  }
  Born.prototype = prototype;
  return Born;
}
