// Gives each request its id; when it has been answered, counts it and writes its line in the log.
import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import { writtenDown } from './target.ts';

export function observe(log: Logger, metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    const given = req.headers['x-request-id'];
    const requestId = typeof given === 'string' && isRequestId(given) ? given : randomUUID();
    res.locals.requestId = requestId;
    res.locals.headers = ['X-Request-Id', requestId];
    const { method, path } = req; // later stages see HEAD as GET
    res.once('close', () => {
      const { operation = 'none', userId } = res.locals;
      // A caller who left before any answer was given none: the status is still that of a new response.
      const status = res.headersSent ? res.statusCode : undefined;
      const milliseconds = performance.now() - start;
      metrics.observe(operation, status, milliseconds / 1000);
      const line = {
        request_id: requestId,
        trace_id: res.locals.traceId,
        operation,
        method,
        path: writtenDown(path),
        status,
        user_id: userId,
        ms: Math.round(milliseconds),
      };
      log[levelOf(res)]({ ...line, ...outcome(res) }, 'request');
    });
    next();
  };
}

/** Whether an id of the caller's can be taken over: it is written down as it is, and so must be no token. */
function isRequestId(given: string): boolean {
  return /^[\w.-]{1,128}$/.test(given) && writtenDown(given) === given;
}

/** What an operator wants to see: faults, and who is refused. */
function levelOf({ statusCode, locals }: Response): 'error' | 'warn' | 'info' {
  if (statusCode >= 500) return 'error';
  return securityEvents.has(locals.problem?.kind) ? 'warn' : 'info';
}

/** An id that is not the caller's looks like one that does not exist; a row of 404s under one user is worth a look. */
const securityEvents = new Set<unknown>(['Unauthorized', 'Forbidden', 'NotFound']);

function outcome({ locals, writableFinished }: Response): object {
  const { problem, client } = locals;
  return {
    ...(problem && { problem: String(problem.kind), detail: writtenDown(problem.message), client }),
    ...(!writableFinished && { aborted: true }),
  };
}
