// The one place where errors become answers (RFC 9457).
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Contract } from '../contract/contract.ts';
import type { ContractOperation } from '../contract/contract-operation.ts';
import { isUnavailable, isUndone } from '../database/errors.ts';
import { Problem, plainProblemType, problemBody, serviceUnavailable } from '../problem.ts';
import { sendAnswer } from './answer.ts';

/** What the log says, beside the cause. */
const messages = { InternalServerError: 'unexpected error', ServiceUnavailable: 'not available' };

/** Answers every error that was thrown on the way. */
export function problems(contract: Contract, log: Logger): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const problem = asProblem(error);
    if (problem.kind === 'InternalServerError' || problem.kind === 'ServiceUnavailable') {
      log.error({ request_id: res.locals.requestId, err: problem.cause }, messages[problem.kind]);
    }
    if (res.headersSent) req.destroy();
    else sendProblem(contract, res, problem);
  };
}

function sendProblem({ problems }: Contract, res: Response, problem: Problem): void {
  const { kind } = problem;
  const type = typeof kind === 'number' ? plainProblemType(kind) : (problems[kind] ?? plainProblemType(409));
  res.locals.problem = problem;
  res.locals.client = res.req.ip;
  const content = JSON.stringify(problemBody(type, problem, res.locals.requestId));
  const headers = { ...problem.headers, 'Cache-Control': 'no-store' };
  sendAnswer(res, type.status, headers, { mediaType: 'application/problem+json', content });
}

/** Nothing of the cause is in what the client sees. */
export function internalServerError(cause: unknown): Problem {
  const detail = 'Something went wrong on our side. Quote the instance when you report it.';
  return new Problem('InternalServerError', detail, { cause });
}

/** For a method that the contract does not describe at this path; OPTIONS is answered with those that it does. */
export function otherMethods(described: ContractOperation[]): RequestHandler {
  const methods = described.map(({ method }) => method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (req, res) => {
    if (req.method !== 'OPTIONS') {
      throw new Problem(405, `${req.method} is not a method of this address.`, { headers: { Allow: allow } });
    }
    sendAnswer(res, 204, { Allow: allow });
  };
}

export function noSuchPath(_req: Request, _res: Response): never {
  throw new Problem(404, 'There is nothing at this address.');
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return serviceUnavailable(error);
  if (isUndone(error)) return serviceUnavailable(error, 1);
  // Express's router, about a path that it cannot decode.
  if (error instanceof URIError) return new Problem('BadRequest', 'The path is not valid percent-encoded UTF-8.');
  return internalServerError(error);
}
