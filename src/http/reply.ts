// Between Express and handlers: the admitted request goes in, the documented answer comes out.
import type { Request, Response } from 'express';
import type { ContractOperation, OperationId } from '../contract/contract-operation.ts';
import { jsonOf } from '../contract/json-text.ts';
import type { Parts } from '../contract/open-api-validator.ts';
import type { Answer, OperationRequest, Operations, Reply } from '../contract/operation.ts';
import type { IdempotencyKey } from '../database/once.ts';
import type { Scope } from '../database/scope.ts';
import type { Service } from '../service/service.ts';
import { type Body, sendAnswer } from './answer.ts';

/** Some operation's handler, whichever it is. With a key, its work is done once for that. */
export type Handle = (
  request: OperationRequest<OperationId>,
  context: Scope | Service,
  key?: IdempotencyKey,
) => Promise<Answer> | Answer;

/** The handler of an operation. Its request was admitted by the operation's own contract, which is what its types were made from. */
export function handlerOf({ id }: ContractOperation, operations: Operations): Handle {
  return operations[id] as unknown as Handle;
}

/** The request as its handler sees it. */
export function admittedRequest(
  operation: ContractOperation,
  { params, query, headers, body }: Parts,
  url: string,
): OperationRequest<OperationId> {
  const named = Object.fromEntries(operation.headers.map(({ name, key }) => [name, headers[key]]));
  const request: unknown = { params, query, headers: named, body, url, reply };
  return request as OperationRequest<OperationId>; // admitted: see handlerOf
}

/** Answers are made here alone; that they are what the contract documents was checked where `reply` was called. */
function makeAnswer(status: number, body: unknown, headers: Answer['headers'] = {}): Answer {
  return { status, body, headers } as Answer;
}

const reply = makeAnswer as Reply<OperationId>;

/** Sends what a handler replied, in the media type that the contract documents for it. */
export function send(req: Request, res: Response, operation: ContractOperation, answer: Answer): void {
  const { status, body, headers } = notModified(req, operation, answer) ?? answer;
  const all = { 'Cache-Control': operation.secured ? 'private, no-cache' : 'no-cache', ...headers };
  sendAnswer(res, status, all, bodyIn(operation.responses.get(status), body));
}

function bodyIn(mediaType: string | undefined, body: unknown): Body | undefined {
  if (mediaType === undefined) return undefined;
  return { mediaType, content: mediaType.endsWith('json') ? jsonOf(body) : (body as string | Buffer) }; // see `Reply`
}

/** The answer to a caller who has the current version already, where the contract documents 304. */
function notModified(req: Request, { responses }: ContractOperation, { headers }: Answer): Answer | undefined {
  const known = req.headers['if-none-match'];
  if (known === undefined || !responses.has(304)) return undefined;
  const [, tag] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'etag') ?? [];
  if (tag === undefined) return undefined;
  // A tag is in quotes, so it stands in the list or not; a W/ before it means nothing here (RFC 9110, section 13.1.2).
  if (known !== '*' && !known.includes(String(tag))) return undefined;
  // All of its headers: a 304 replaces those that the browser has stored (RFC 9111, section 3.2), the page's policy too.
  return makeAnswer(304, undefined, headers);
}
