// What happens when a reply breaks the contract: an error while developing, a line in the log in production.
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ContractOperation } from '../contract/contract-operation.ts';
import type { Answer } from '../contract/operation.ts';
import type { Validator } from '../contract/validator.ts';
import { internalServerError } from './problems.ts';

/** Looks at a reply before it is sent. @throws Problem 500 when it is not to be sent. */
type CheckReply = (answer: Answer, requestId: string) => void;

/** A write is done when its reply is checked, so production never hides its answer. */
export function replyCheck(
  { id: operation, method, responses }: ContractOperation,
  { breach }: Validator,
  { validateResponses, production }: Config,
  log: Logger,
): CheckReply {
  return ({ status, body }, request_id) => {
    const mediaType = responses.get(status);
    const wrong = mediaType?.endsWith('json') ? breach(status, mediaType, body) : undefined;
    if (wrong === undefined) return;
    log.error({ request_id, operation, breach: wrong.message }, 'the reply breaks the contract');
    if (validateResponses === 'error' && !(production && method !== 'get')) throw internalServerError(wrong);
  };
}
