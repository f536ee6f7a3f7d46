// Makes a token as the issuer would, for trying the API before there is one. Never used in production.
import jwt from 'jsonwebtoken';
import type { SharedSecretSettings } from './settings.ts';

/** A token for `user`, valid for a day. */
export function developmentToken(
  { secret, issuer, audience }: Omit<SharedSecretSettings, 'local'>,
  user: string,
): string {
  const claims = { sub: user, ...(issuer && { iss: issuer }), ...(audience && { aud: audience }) };
  return jwt.sign(claims, secret, { algorithm: 'HS256', expiresIn: '1d' });
}
