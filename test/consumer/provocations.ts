// How to get each documented answer out of a server: what to ask, and in which state the server has to be.
import type { ContractOperation } from '../../src/contract/contract.ts';
import type { Condition } from './conditions.ts';
import type { Extras, Place } from './requests.ts';

export interface Provocation {
  /** Ends the sentence "answers 404 …". */
  when: string;
  at?: Condition;
  place?: Partial<Place>;
  extras?: Extras;
}

const provocations: Record<number, Provocation> = {
  200: { when: 'to a sensible request' },
  201: { when: 'to a sensible request' },
  204: { when: 'to a sensible request' },
  304: { when: 'when the caller has it already', extras: { headers: { 'If-None-Match': '*' } } },
  400: { when: 'to an unknown query parameter', extras: { querySerializer: () => 'colour=red' } },
  401: { when: 'without a token', extras: { headers: { Authorization: null } } },
  403: { when: 'at the path of another user', place: { user_id: 'bob' } },
  404: { when: 'where there is nothing', at: 'strict', place: { id: 999_999_999 } },
  409: { when: 'while the key is in use', at: 'strict', extras: { headers: { 'Idempotency-Key': 'in-use' } } },
  412: { when: 'when somebody was faster', extras: { headers: { 'If-Match': '"0"' } } },
  413: {
    when: 'to a body over the limit',
    at: 'strict',
    extras: { bodySerializer: (body) => JSON.stringify({ ...body, description: 'x'.repeat(1000) }) },
  },
  415: { when: 'to a body that is not JSON', extras: { headers: { 'Content-Type': 'text/plain' } } },
  422: {
    when: 'to a header that breaks the contract',
    extras: { headers: { 'If-Match': 'bare', 'If-None-Match': 'bare', 'Idempotency-Key': 'two words' } },
  },
  429: { when: 'over the rate limit', at: 'limited' },
  500: { when: 'to a fault of the server', at: 'broken' },
  503: { when: 'while the database is away', at: 'unreachable' },
};

/** Undefined: nothing that a caller or an operator does leads to this answer. */
export function provocation({ id, secured }: ContractOperation, status: number): Provocation | undefined {
  // Without rows there is no fault to stage: a 500 would be a bug of the operation itself.
  if (status === 500 && !secured) return undefined;
  if (status === 422 && id === 'listTasks') {
    return { when: 'to a limit that breaks the contract', extras: { querySerializer: () => 'limit=0' } };
  }
  const found = provocations[status];
  if (found === undefined) throw new Error(`${id} documents ${status}: say in provocations.ts what leads to it`);
  return found;
}
