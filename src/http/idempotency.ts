// Makes a retry safe: an operation that takes an Idempotency-Key answers the same key with its first answer.
import { createHash } from 'node:crypto';
import type { ContractOperation } from '../contract/contract.ts';
import { Scope } from '../database/scope.ts';
import type { Handle } from './reply.ts';

/** Names of headers have no case (RFC 9110, section 5.1). */
const header = 'idempotency-key';

/** The handler, run at most once for each key of a caller; unchanged for an operation without the header. */
export function idempotently(operation: ContractOperation, handle: Handle): Handle {
  const described = operation.headers.find(({ key }) => key === header);
  if (described === undefined) return handle;
  return (request, scope) => {
    const { params, body, headers } = request;
    const key = (headers as Record<string, string | undefined>)[described.name];
    if (key === undefined || !(scope instanceof Scope)) return handle(request, scope);
    const payload = JSON.stringify([operation.id, params, body], sortedKeys);
    const fingerprint = createHash('sha256').update(payload).digest('hex');
    return scope.once({ key, fingerprint }, async (transaction) => handle(request, transaction));
  };
}

/** The order of the members of an object means nothing (RFC 8259, section 4). */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
