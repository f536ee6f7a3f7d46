// Who calls, for the servers that are written with care: the token is verified each time, with a key made once.
import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { Refusal } from './problem.ts';
import { secret } from './settings.ts';

const key = createSecretKey(Buffer.from(secret, 'utf8'));

/** The user of the token. @throws Refusal 401, or 403 when the path names another. */
export function callerOf(authorization: string | undefined, owner: string): string {
  const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new Refusal(401, 'Send a token: Authorization: Bearer <token>.');
  const { sub } = verified(token);
  if (sub !== owner) throw new Refusal(403, 'The token does not belong to the user in the path.');
  return sub;
}

function verified(token: string): jwt.JwtPayload {
  try {
    const claims = jwt.verify(token, key, { algorithms: ['HS256'] });
    if (typeof claims === 'object') return claims;
  } catch {
    // Which of the many reasons it was is not told.
  }
  throw new Refusal(401, 'The token is not valid.');
}
