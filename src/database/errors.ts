// Tells apart what a failed statement means: the database is away, the owner is new, or a bug.

/** PostgreSQL's error classes and codes for "not now" (PostgreSQL, appendix A). */
const unavailable = /^(08...|53...|57P0[1-5]|57014|55P03|25006)$/;
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);
const lostConnection =
  /Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error/;

/** Whether the error says that the database cannot be reached or will not answer just now. */
export function isUnavailable(error: unknown): boolean {
  const {
    code,
    message = '',
    name,
    errors,
  } = error as { code?: string; message?: string; name?: string; errors?: unknown };
  if (Array.isArray(errors) && errors.some(isUnavailable)) return true; // one for each address that was tried
  return (
    name === 'KnexTimeoutError' ||
    (code === undefined ? lostConnection.test(message) : unavailable.test(code) || unreachable.has(code))
  );
}

/** Whether a row was refused because its owner is not in `users` yet. */
export function isUnknownOwner(error: unknown): boolean {
  const { code, constraint } = unwrapped(error);
  return code === '23503' && constraint !== undefined && constraint.endsWith('_owner_fkey');
}

/** Objection wraps what the driver says in `nativeError`. */
function unwrapped(error: unknown): { code?: string; constraint?: string } {
  const { nativeError } = error as { nativeError?: object };
  return nativeError ?? (error as object);
}
