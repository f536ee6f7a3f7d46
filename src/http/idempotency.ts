// Makes a retry safe: an operation that takes an Idempotency-Key answers the same key with its first answer.
import { createHash } from 'node:crypto';
import type { ContractOperation } from '../contract/contract-operation.ts';
import type { Parts } from '../contract/open-api-validator.ts';
import { readQuery } from '../contract/raw-request.ts';
import type { RawRequest } from '../contract/validator.ts';
import type { IdempotencyKey } from '../database/once.ts';
import { Scope } from '../database/scope.ts';
import type { Handle } from './reply.ts';

/** Names of headers have no case (RFC 9110, section 5.1). */
const header = 'idempotency-key';

/** What a request with a key says by itself. What the contract fills in is no part of that: the next release may have another default. */
interface Said {
  /** The names of its query parameters. */
  query: Set<string>;
  /** Those in its body, if that is an object. */
  body: string[] | undefined;
}

/**
 * To be asked before the request is admitted; undefined where it names no key, or the operation takes none.
 * @throws Problem 400 when the query cannot be read, as the admission does.
 */
export function saidUnderKey(operation: ContractOperation, { url, headers, body }: RawRequest): Said | undefined {
  if (headers[header] === undefined || !operation.headers.some(({ key }) => key === header)) return undefined;
  const query = new Set(readQuery(operation, url).map(([name]) => name));
  return { query, body: isObject(body) ? Object.keys(body) : undefined };
}

/** What identifies an admitted request and its retries: its key, and its payload as far as it was said. */
export function idempotencyKey(
  { id }: ContractOperation,
  { params, query, headers, body }: Parts,
  said: Said | undefined,
): IdempotencyKey | undefined {
  const key = headers[header];
  if (said === undefined || typeof key !== 'string') return undefined;
  const payload = [id, params, picked(query, said.query), isObject(body) ? picked(body, said.body ?? []) : body];
  return { key, fingerprint: createHash('sha256').update(JSON.stringify(payload, sortedKeys)).digest('hex') };
}

function picked(values: object, names: Iterable<string>): object {
  const found = values as Record<string, unknown>;
  return Object.fromEntries([...names].map((name) => [name, found[name]]));
}

/** The handler, run at most once for each key of a caller. */
export function idempotently(handle: Handle): Handle {
  return (request, context, key) => {
    if (key === undefined || !(context instanceof Scope)) return handle(request, context);
    return context.once(key, async (transaction) => handle(request, transaction));
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
