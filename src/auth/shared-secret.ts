// Verifies tokens signed with the secret that Better Auth and Deed share: HS256 (RFC 7518, section 3.2).
import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { clockTolerance, principalOf, type VerifyToken } from './principal.ts';
import type { SharedSecretSettings } from './settings.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export function sharedSecret({ secret, issuer, audience }: SharedSecretSettings): VerifyToken {
  // A key object: given a string, jsonwebtoken tries to read it as a public key on every call first.
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  const options: jwt.VerifyOptions = { algorithms: ['HS256'], clockTolerance };
  if (issuer !== undefined) options.issuer = issuer;
  if (audience !== undefined) options.audience = audience;

  const verified = new VerifiedTokens();
  return (token) => {
    const known = verified.get(token, key);
    if (known !== undefined) return known;
    try {
      const { header, payload } = jwt.verify(token, key, { ...options, complete: true });
      if (typeof payload === 'string') return 'The token has no claims.';
      const principal = principalOf(token, header, payload);
      if (typeof principal === 'string' || payload.exp === undefined) return principal;
      verified.add(token, { principal, until: payload.exp + clockTolerance, keys: key });
      return principal;
    } catch (error) {
      return reason(error);
    }
  };
}

function reason(error: unknown): string {
  if (error instanceof jwt.TokenExpiredError) return 'The token has expired.';
  if (error instanceof jwt.NotBeforeError) return 'The token is not valid yet.';
  const { message } = error as Error;
  if (message.includes('issuer')) return 'The token comes from another issuer.';
  if (message.includes('audience')) return 'The token is meant for another audience.';
  return 'The token is not valid.';
}
