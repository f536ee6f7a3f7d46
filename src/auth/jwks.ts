// Verifies tokens with the public keys of their issuer: EdDSA, ES256 or RS256 (RFC 7515, RFC 8037).
import { errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { Problem } from '../problem.ts';
import { fetchKeys } from './fetch-keys.ts';
import { IssuerKeys, type KeySet } from './issuer-keys.ts';
import { clockTolerance, principalOf, type VerifyToken } from './principal.ts';
import type { JwksSettings } from './settings.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Never those of the token: with HS256 among them, the public key would be a secret that everybody knows. */
const algorithms = ['EdDSA', 'ES256', 'RS256'];

export function jwks({ jwksUrl, issuer, audience }: JwksSettings, log: Logger): VerifyToken {
  const keys = new IssuerKeys(() => fetchKeys(jwksUrl), log);
  const verified = new VerifiedTokens();
  const options: JWTVerifyOptions = { algorithms, clockTolerance };
  if (issuer !== undefined) options.issuer = issuer;
  if (audience !== undefined) options.audience = audience;

  return async (token) => {
    const { fresh } = keys;
    return (fresh && verified.get(token, fresh)) ?? (await check(token));
  };

  async function check(token: string) {
    let set: KeySet | undefined;
    try {
      // The key comes from the issuer by its name alone: `jku`, `x5u`, `jwk` and `x5c` of the token are not looked at.
      const { protectedHeader, payload } = await jwtVerify(
        token,
        async (header) => {
          const found = await keys.find(header);
          set = found.set;
          return found.key;
        },
        options,
      );
      const principal = principalOf(token, protectedHeader, payload);
      // The last two are here by now: the first made the signature good, the second the principal.
      if (typeof principal === 'string' || set === undefined || payload.exp === undefined) return principal;
      verified.add(token, { principal, until: payload.exp + clockTolerance, keys: set });
      return principal;
    } catch (error) {
      return error instanceof Problem ? error : reason(error);
    }
  }
}

/** @throws what is not about the token. */
function reason(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'The token is signed with an unknown key.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed') return 'The token is not valid yet.';
    if (error.claim === 'iss') return 'The token comes from another issuer.';
    if (error.claim === 'aud') return 'The token is meant for another audience.';
  }
  if (error instanceof errors.JOSEError) return 'The token is not valid.';
  throw error;
}
