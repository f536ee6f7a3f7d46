// Reads the JSON body, once the caller is known and only where the operation has one.
import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import type { ContractOperation } from '../contract/contract-operation.ts';
import { Problem } from '../problem.ts';

/** Reads the body; undefined where none is sent and none need be. @throws Problem 400, 413 or 415. */
type ReadBody = (operation: Pick<ContractOperation, 'body'>, req: Request, res: Response) => Promise<unknown>;

/** `limit` is in bytes. */
export function createBodyReader(limit: number): ReadBody {
  return async ({ body }, req, res) => {
    if (body === 'optional' && !isSent(req)) return undefined;
    if (!isJson(req.headers['content-type']) || req.headers['content-encoding'] !== undefined) {
      throw new Problem('UnsupportedMediaType', 'Send the body as application/json in UTF-8, without compression.');
    }
    if (Number(req.headers['content-length']) > limit) throw tooLarge(limit);
    if (/100-continue/i.test(req.headers.expect ?? '')) res.writeContinue();
    return parse(await readBytes(req, limit));
  };
}

/** RFC 9112, section 6.3. */
function isSent({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** JSON is UTF-8 and has no other charset (RFC 8259, section 8.1). */
function isJson(contentType = ''): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  return (
    type.trim() === 'application/json' &&
    parameters.every((p) => !p.trim().startsWith('charset') || /^charset="?utf-?8"?$/.test(p.trim()))
  );
}

/** @throws Problem 413 as soon as there are too many, 400 when the caller leaves off. */
function readBytes(req: Request, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const keep = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        req.off('data', keep); // what still comes is read, and thrown away
        reject(tooLarge(limit));
      }
    };
    req.on('data', keep);
    req.once('end', () => resolve(Buffer.concat(chunks)));
    req.once('error', (cause) => reject(new Problem('BadRequest', 'The body ends before its end.', { cause })));
  });
}

/** A parser would replace what is no UTF-8, and skip a byte order mark. */
function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new Problem('BadRequest', 'The body is empty; it must be JSON.');
  if (!isUtf8(bytes)) throw new Problem('BadRequest', 'The body is not valid UTF-8.');
  // RFC 8259, section 8.1
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new Problem('BadRequest', 'The body starts with a byte order mark.');
  }
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    // What a syntax error says quotes the body, which is none of the log's business.
    throw new Problem('BadRequest', 'The body is not readable as JSON.', { cause });
  }
}

function tooLarge(limit: number): Problem {
  return new Problem('ContentTooLarge', `The body is larger than ${limit} bytes.`);
}
