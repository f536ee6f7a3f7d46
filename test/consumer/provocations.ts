// How to get each documented answer out of a server: what to ask, and in which state the server has to be.
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { isWritten } from '../support/contract-requests.ts';
import type { Condition } from './conditions.ts';
import type { Extras } from './requests.ts';

export interface Provocation {
  /** Ends the sentence "answers 404 …". */
  when: string;
  at?: Condition;
  /** In place of a place of the caller's own that exists. */
  place?: 'of another user' | 'nowhere';
  /** With values that another item has and no two may share. */
  taken?: true;
  extras?: Extras;
}

const success: Provocation = { when: 'to the example of the contract' };

const provocations: Record<number, Provocation> = {
  200: success,
  201: success,
  204: success,
  304: { when: 'when the caller has it already', extras: { headers: { 'If-None-Match': '*' } } },
  400: { when: 'to an unknown query parameter', extras: { querySerializer: () => 'no_such_parameter=1' } },
  401: { when: 'without a token', extras: { headers: { Authorization: null } } },
  403: { when: 'at the path of another user', place: 'of another user' },
  404: { when: 'where there is nothing', place: 'nowhere' },
  409: { when: 'while the key is in use', at: 'broken', extras: { headers: { 'Idempotency-Key': 'in-use' } } },
  412: { when: 'when somebody was faster', extras: { headers: { 'If-Match': '"0"' } } },
  413: { when: 'to a body over the limit', at: 'strict' },
  415: { when: 'to a body that is not JSON', extras: { headers: { 'Content-Type': 'text/plain' } } },
  422: {
    when: 'to a header that breaks the contract',
    extras: { headers: { 'If-Match': 'bare', 'If-None-Match': 'bare', 'Idempotency-Key': 'two words' } },
  },
  429: { when: 'over the rate limit', at: 'limited' },
  500: { when: 'to a fault of the server', at: 'broken' },
  503: { when: 'while the database is away', at: 'unreachable' },
};

/** What is answered before it matters whether there is a handler. */
const beforeHandlers = [400, 401, 403, 413, 415, 422, 429];

/** Undefined: nothing that a caller or an operator does leads to this answer. */
export function provocation(operation: ContractOperation, status: number): Provocation | undefined {
  const { id, secured, parameters } = operation;
  if (status === 501) return { when: 'until somebody writes it' };
  if (!isWritten(operation) && !beforeHandlers.includes(status)) return undefined;
  // Without rows there is no fault to stage: a 500 would be a bug of the operation itself.
  if (status === 500 && !secured) return undefined;
  if (status === 404 && id === 'getMetrics')
    return { when: 'where the metrics have a port of their own', at: 'strict' };
  if (status === 422 && parameters.some(({ name }) => name === 'limit')) {
    return { when: 'to a limit that breaks the contract', extras: { querySerializer: () => 'limit=0' } };
  }
  if (status === 409 && !parameters.some(({ name }) => name === 'Idempotency-Key')) {
    return { when: 'to a value that another item has', taken: true };
  }
  const found = provocations[status];
  if (found === undefined) throw new Error(`${id} documents ${status}: say in provocations.ts what leads to it`);
  return found;
}
