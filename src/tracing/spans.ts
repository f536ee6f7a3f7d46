// The spans of a request and of its statements, with the names of OpenTelemetry's semantic conventions.
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { RequestHandler, Response } from 'express';
import type { Contract } from '../contract/contract.ts';
import type { Watch } from '../database/statements.ts';
import { writtenDown } from '../http/target.ts';

/** One span a request, named by its operation. What follows runs within it; `res.locals.traceId` tells the log which it is. */
export function requestSpans(tracer: Tracer, { operations }: Contract): RequestHandler {
  const routes = new Map<unknown, string>(operations.map(({ id, path }) => [id, path]));
  return (req, res, next) => {
    const { method, path } = req; // later stages see HEAD as GET
    const caller = propagation.extract(ROOT_CONTEXT, req.headers);
    const attributes = { 'http.request.method': method, 'url.path': writtenDown(path), 'url.scheme': req.protocol };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, caller);
    res.locals.traceId = span.spanContext().traceId;
    res.once('close', () => {
      const { operation } = res.locals;
      if (operation !== undefined) span.updateName(operation);
      span.setAttributes({ 'http.route': routes.get(operation), ...outcome(res) });
      if (res.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(caller, span), next);
  };
}

function outcome({ headersSent, statusCode, locals, writableFinished }: Response) {
  const error = writableFinished ? locals.problem?.kind : 'aborted';
  return {
    ...(headersSent && { 'http.response.status_code': statusCode }),
    ...(locals.userId !== undefined && { 'user.id': locals.userId }),
    ...(error !== undefined && { 'error.type': String(error) }),
  };
}

/** One span a statement. Its text has placeholders where the values are: no span holds one. */
export function statementSpans(tracer: Tracer): Watch {
  return (sql, run) => {
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': sql };
    return tracer.startActiveSpan(summaryOf(sql), { kind: SpanKind.CLIENT, attributes }, async (span) => {
      try {
        return await run();
      } catch (error) {
        const { code, name } = error as { code?: string; name: string };
        span.setAttribute('error.type', code ?? name).setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  };
}

/** `SELECT tasks` */
function summaryOf(sql: string): string {
  const [verb = ''] = /\w+/.exec(sql) ?? [];
  const [, table] = /\b(?:from|into|update)\s+"?(\w+)/i.exec(sql) ?? [];
  return table === undefined ? verb.toUpperCase() : `${verb.toUpperCase()} ${table}`;
}
