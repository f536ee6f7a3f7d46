// Who calls: read from the claims of a token whose signature and times have been checked already.

/** The signed-in user. */
export interface Principal {
  /** The user id, as it stands in paths and in owner columns. */
  id: string;
  email: string | null;
}

/** Names the user of these claims, or says what is wrong with them. */
export function principalOf(claims: Record<string, unknown>): Principal | string {
  const id = userId(claims);
  if (id === undefined) return 'The token does not name a user.';
  const { email = null } = claims;
  if (email !== null && !isPlainText(email, 320)) return 'The email of the token is malformed.';
  return { id, email };
}

/** The first of the claims that is there decides: a malformed one is never a reason to try the next. */
function userId({ sub, user_id, id }: Record<string, unknown>): string | undefined {
  if (sub !== undefined) return isPlainText(sub, 255) ? sub : undefined;
  const claim = user_id === undefined ? id : user_id;
  if (typeof claim === 'number') return Number.isSafeInteger(claim) && claim > 0 ? String(claim) : undefined;
  return isPlainText(claim, 255) ? claim : undefined;
}

/** Well-formed text of 1 to `max` characters without control characters. */
function isPlainText(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    [...value].length <= max &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value)
  );
}
