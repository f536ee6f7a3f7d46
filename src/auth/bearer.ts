// Who calls: the bearer token of the Authorization header (RFC 6750), and whether the path is the caller's own.
import type { Request, Response } from 'express';
import type { ContractOperation } from '../contract/contract-operation.ts';
import { Problem } from '../problem.ts';
import type { Principal, VerifyToken } from './principal.ts';

/**
 * The caller, or the problem that answers one without a valid token. It is returned and not thrown, so that refusals
 * are counted against the rate limit too.
 */
export async function identify(req: Request, res: Response, verify: VerifyToken): Promise<Principal | Problem> {
  const { authorization = '' } = req.headers;
  const token = /^bearer +(\S.*)$/i.exec(authorization)?.[1];
  // No error code where no token came (RFC 6750, section 3.1).
  if (token === undefined) return unauthorized('Send a token: Authorization: Bearer <token>.', 'Bearer');
  const outcome = /\s/.test(token) ? 'There is more than a token in the Authorization header.' : await verify(token);
  if (outcome instanceof Problem) return outcome;
  if (typeof outcome === 'string') {
    return unauthorized(outcome, `Bearer error="invalid_token", error_description="${outcome}"`);
  }
  res.locals.userId = outcome.id;
  return outcome;
}

/** Lets the caller in to what is theirs. @throws Problem 401 without a valid token, 403 when the path names another user. */
export function authorize(
  { ownerParameter }: ContractOperation,
  params: Readonly<Record<string, unknown>>,
  caller: Principal | Problem,
): Principal {
  if (caller instanceof Problem) throw caller;
  if (ownerParameter === undefined || params[ownerParameter] === caller.id) return caller;
  throw new Problem('Forbidden', 'The token does not belong to the user in the path.');
}

function unauthorized(detail: string, challenge: string): Problem {
  return new Problem('Unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } });
}
