// What happens when a reply breaks the contract: an error while developing, a line in the log in production.
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Contract } from '../contract/contract.ts';
import type { OnBreach } from '../contract/validator.ts';
import { internalServerError, sendProblem } from './problems.ts';

/** Undefined: replies are not checked. A write is done when its reply is checked, so production never hides its answer. */
export function onBreach(
  { validateResponses, production }: Config,
  contract: Contract,
  log: Logger,
): OnBreach | undefined {
  if (validateResponses === 'off') return undefined;
  return (breach, req, res) => {
    const { requestId: request_id, operation } = res.locals;
    log.error({ request_id, operation, breach: breach.message }, 'the reply breaks the contract');
    if (validateResponses === 'error' && !(production && req.method !== 'GET')) {
      sendProblem(contract, res, internalServerError(breach));
    }
  };
}
