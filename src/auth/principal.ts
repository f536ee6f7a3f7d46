// Who calls: read from a token whose signature, issuer, audience and times have been checked already.
import { isUtf8 } from 'node:buffer';
import type { Problem } from '../problem.ts';

/** The signed-in user. */
export interface Principal {
  /** The user id, as it stands in paths and in owner columns. */
  id: string;
  email: string | null;
}

/**
 * Turns a token into its user, or says in one sentence why not; a problem says that it cannot tell just now. Never
 * throws for a bad token.
 */
export type VerifyToken = (token: string) => Promise<Outcome> | Outcome;

type Claims = Record<string, unknown>;
type Outcome = Principal | Problem | string;

/** The seconds by which the clocks of issuer and server may differ. */
export const clockTolerance = 30;

/** Made for an API, or of no type. Issuers sign other things too, such as the session cookies of Better Auth. */
const types = new Set<unknown>([undefined, 'jwt', 'application/jwt', 'at+jwt', 'application/at+jwt']);

/** Names the user of this token, or says what is wrong with it. */
export function principalOf(
  token: string,
  { crit, typ }: { crit?: unknown; typ?: unknown },
  claims: Claims,
): Principal | string {
  // RFC 7519, section 7.2. Whoever reads it leniently takes two users for one.
  if (!isUtf8(Buffer.from(token.split('.')[1] ?? '', 'base64url'))) return 'The claims of the token are not UTF-8.';
  if (crit !== undefined) return 'The token demands an extension that is not understood.';
  // RFC 8725, section 3.11, and RFC 9068, section 4.
  if (!types.has(typeof typ === 'string' ? typ.toLowerCase() : typ)) return 'The token is meant for something else.';
  if (claims['exp'] === undefined) return 'The token does not expire.';
  if (!['exp', 'nbf', 'iat'].every((name) => isMoment(claims[name]))) return 'A time in the token is malformed.';
  const id = userId(claims);
  if (id === undefined) return 'The token does not name a user.';
  const { email = null } = claims;
  if (email !== null && !isPlainText(email, 320)) return 'The email of the token is malformed.';
  return { id, email };
}

/**
 * RFC 7519, section 2: NumericDate; JSON's 1e999 is read as Infinity. An `iat` to come is let pass: section 4.1.6 gives
 * it no meaning for validity, `nbf` has that.
 */
function isMoment(claim: unknown): boolean {
  return claim === undefined || Number.isFinite(claim);
}

/** The first of the claims that is there decides: a malformed one is never a reason to try the next. */
function userId({ sub, user_id, id }: Claims): string | undefined {
  if (sub !== undefined) return isPlainText(sub, 255) ? sub : undefined;
  const claim = user_id === undefined ? id : user_id;
  if (typeof claim === 'number') return Number.isSafeInteger(claim) && claim > 0 ? String(claim) : undefined;
  return isPlainText(claim, 255) ? claim : undefined;
}

/** Well-formed text of 1 to `max` characters without control characters. */
export function isPlainText(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    [...value].length <= max &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value)
  );
}
