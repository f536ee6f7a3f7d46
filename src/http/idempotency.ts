// Makes a retry safe: an operation that takes an Idempotency-Key answers the same key with its first answer.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ContractOperation } from '../contract/contract-operation.ts';
import type { Parts } from '../contract/open-api-validator.ts';
import type { IdempotencyKey } from '../database/once.ts';
import { Scope } from '../database/scope.ts';
import type { Handle } from './reply.ts';

/** Names of headers have no case (RFC 9110, section 5.1). */
const header = 'idempotency-key';

/** What identifies a request and its retries, once it is admitted; undefined where it names no key. */
export type KeyOf = (admitted: Parts) => IdempotencyKey | undefined;

/**
 * Tells what identifies the requests of an operation, if it takes a key. It is asked before a request is admitted: what the
 * contract fills in is no part of the payload, since the next release may have another default.
 */
export function keyedBy({ id, headers }: ContractOperation): (sent: IncomingHttpHeaders, body: unknown) => KeyOf {
  if (!headers.some(({ key }) => key === header)) return () => noKey;
  return (headers, body) => {
    if (headers[header] === undefined) return noKey;
    const sent = isObject(body) ? Object.keys(body) : undefined;
    return ({ params, headers, body }) => {
      const key = headers[header];
      if (typeof key !== 'string') return undefined;
      const said = sent && isObject(body) ? Object.fromEntries(sent.map((name) => [name, body[name]])) : body;
      const payload = JSON.stringify([id, params, said], sortedKeys);
      return { key, fingerprint: createHash('sha256').update(payload).digest('hex') };
    };
  };
}

const noKey: KeyOf = () => undefined;

/** The handler, run at most once for each key of a caller. */
export function idempotently(handle: Handle): Handle {
  return (request, scope, key) => {
    if (key === undefined || !(scope instanceof Scope)) return handle(request, scope);
    return scope.once(key, async (transaction) => handle(request, transaction));
  };
}

/** The order of the members of an object means nothing (RFC 8259, section 4). */
function sortedKeys(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
