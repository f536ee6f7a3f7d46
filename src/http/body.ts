// Reads the JSON body, once the caller is known and only where the operation has one.
import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { ContractOperation } from '../contract/contract.ts';
import { pass } from './pass.ts';
import { Problem } from './problem.ts';

/** Reads the body; undefined where none is sent and none need be. @throws Problem 400, 413 or 415. */
export type ReadBody = (operation: Pick<ContractOperation, 'body'>, req: Request, res: Response) => Promise<unknown>;

/** `limit` is in bytes. */
export function createBodyReader(limit: number): ReadBody {
  const parse: RequestHandler = express.json({
    limit,
    type: () => true,
    strict: false,
    inflate: false,
    verify: (_req, _res, raw) => verifyText(raw),
  });
  return async ({ body }, req, res) => {
    if (body === 'optional' && !isSent(req)) return undefined;
    if (!isJson(req.headers['content-type']) || req.headers['content-encoding'] !== undefined) {
      throw new Problem('UnsupportedMediaType', 'Send the body as application/json in UTF-8, without compression.');
    }
    req.headers['content-type'] = 'application/json'; // `utf8` is no charset to the parser, and UTF-8 is all that comes here
    if (Number(req.headers['content-length']) > limit) throw tooLarge(limit);
    if (/100-continue/i.test(req.headers.expect ?? '')) res.writeContinue();
    const parsed = pass(parse, req, res);
    const unbounded = req.headers['content-length'] === undefined;
    await (unbounded ? Promise.race([parsed, growsTooLarge(req, limit)]) : parsed).catch((error) => {
      throw asProblem(error);
    });
    if (req.body === undefined) throw emptyBody();
    return req.body;
  };
}

/** RFC 9112, section 6.3. */
function isSent({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The parser would replace what is no UTF-8, skip a byte order mark, and take nothing for an empty object. */
function verifyText(raw: Buffer): void {
  if (raw.length === 0) throw emptyBody();
  if (!isUtf8(raw)) throw new Problem('BadRequest', 'The body is not valid UTF-8.');
  // RFC 8259, section 8.1
  if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) {
    throw new Problem('BadRequest', 'The body starts with a byte order mark.');
  }
}

function emptyBody(): Problem {
  return new Problem('BadRequest', 'The body is empty; it must be JSON.');
}

/** JSON is UTF-8 and has no other charset (RFC 8259, section 8.1). */
function isJson(contentType = ''): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  return (
    type.trim() === 'application/json' &&
    parameters.every((p) => !p.trim().startsWith('charset') || /^charset="?utf-?8"?$/.test(p.trim()))
  );
}

/** Rejects as soon as the body is too long: the parser would read it to its end first. Otherwise it says nothing. */
function growsTooLarge(req: Request, limit: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) reject(tooLarge(limit));
    });
  });
}

function tooLarge(limit: number): Problem {
  return new Problem('ContentTooLarge', `The body is larger than ${limit} bytes.`);
}

/** Gives the errors of the JSON parser their name in the contract. */
function asProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  // What a syntax error says quotes the body, which is none of the log's business.
  const reason = error instanceof SyntaxError ? '' : `: ${(error as Error).message}`;
  return new Problem('BadRequest', `The body is not readable as JSON${reason}.`, { cause: error });
}
