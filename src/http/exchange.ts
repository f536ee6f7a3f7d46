// Requests and responses that are born as Express wants them: it gives both another prototype otherwise, on every request.
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { Exchange } from './listen.ts';

/**
 * The options of `createServer` that make an app's requests and responses. An object whose prototype changes is slow in V8 from
 * then on, each access to it: on Node 20 that alone doubled the cost of a request. They are classes that extend Node's, so that
 * V8 knows how many fields to make room for.
 */
export function exchangeOf(app: Express): Exchange {
  class Request extends IncomingMessage {}
  class Response<Of extends IncomingMessage = IncomingMessage> extends ServerResponse<Of> {}
  app.request = below(app.request, Request.prototype);
  app.response = below(app.response, Response.prototype);
  return { IncomingMessage: Request, ServerResponse: Response };
}

/** The prototype of a class, with an app's own below it. */
function below<Prototype extends object>(own: Prototype, prototype: object): Prototype {
  return Object.setPrototypeOf(prototype, own);
}
