// Answers in time, whatever becomes of the database: nobody waits for long, and a read that lost its connection is read again.
import type { ContractOperation } from '../contract/contract-operation.ts';
import { isLostConnection } from '../database/errors.ts';
import { serviceUnavailable } from '../problem.ts';
import type { Handle } from './reply.ts';
import { withTimeout } from './timeout.ts';

/** How long a handler may take, in milliseconds: the answer is to be there within 2 s, on a busy machine too. */
const deadline = 1_500;

/** The handler, which answers 503 when the database does not let it answer otherwise. */
export function withDeadline({ method }: ContractOperation, handle: Handle): Handle {
  const work = method === 'get' ? readAgain(handle) : handle;
  return (request, scope, key) => withTimeout(deadline, work(request, scope, key), timedOut);
}

/** A read changes nothing, so it may be done twice. Whether a write was done is not known: that is what keys are for. */
function readAgain(handle: Handle): Handle {
  return async (...request) => {
    try {
      return await handle(...request);
    } catch (error) {
      if (!isLostConnection(error)) throw error;
      return handle(...request);
    }
  };
}

function timedOut(): Error {
  return serviceUnavailable(new Error('the database did not answer in time'));
}
