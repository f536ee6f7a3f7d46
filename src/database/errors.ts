// Tells apart what a failed statement means: the database is away, a connection or a name is of no more use, something else came
// first, a row names what is not there or what another has; or it is a bug.
import { isOwnerReference } from './constraint-names.ts';

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
  'ENETUNREACH',
]);
const notAnswering = /timeout expired|Query read timeout/;

/** The server ended the connection, or what lies between did. */
const ended = /^(08...|57P0[12]|ECONNRESET|EPIPE)$/;
const endedMessage = /Connection terminated|Client has encountered a connection error|Client was closed/;

/** What is known of an error, whether it comes from the driver, the pool or the system. */
interface Failure {
  code?: string;
  constraint?: string;
  message?: string;
  name?: string;
  errors?: unknown;
  syscall?: string;
}

const unconnected = new WeakSet<object>();

/** Marks an error for which no connection was made: a password, a certificate or a database that is not as it was. */
export function withoutConnection(error: unknown): unknown {
  unconnected.add(error as object); // the driver and the system throw nothing else
  return error;
}

/** Whether the error says that the database cannot be reached or will not answer just now. */
export function isUnavailable(error: unknown): boolean {
  const failure = unwrapped(error);
  if (unconnected.has(failure)) return true;
  const { code, message = '', name, errors, syscall } = failure;
  if (Array.isArray(errors) && errors.some(isUnavailable)) return true; // one for each address that was tried
  return (
    name === 'KnexTimeoutError' ||
    (code === undefined
      ? notAnswering.test(message) || endedMessage.test(message)
      : unavailable.test(code) || unreachable.has(code) || (code === 'ENOENT' && syscall === 'connect')) // a Unix socket
  );
}

/** Whether a statement met another in a way that undid it, and may be sent again: serialization_failure, deadlock_detected. */
export function isUndone(error: unknown): boolean {
  return ['40001', '40P01'].includes(unwrapped(error).code ?? '');
}

/** Whether a connection broke under a statement: another one may answer at once. What the statement did is not known. */
export function isLostConnection(error: unknown): boolean {
  const { code, message = '' } = unwrapped(error);
  return code === undefined ? endedMessage.test(message) : ended.test(code);
}

/** A name that is unknown or known already, a plan that is out of date; operators and values that do not fit the types of a plan. */
const unusableName = /^(26000|42P05|0A000|42804|42883|22...)$/;

/**
 * Whether a named statement was not run, perhaps for its name: what that stands for keeps the types that its parameters had when it
 * was named, which the columns need not have any more. Where it is not the name, the statement without one fails in the same way.
 */
export function isUnusableName(error: unknown): boolean {
  return unusableName.test(unwrapped(error).code ?? '');
}

/** Whether nobody knows if an answer will come: the statement may be running, and its connection is waiting for it. */
export function isUnanswered(error: unknown): boolean {
  return unwrapped(error).message === 'Query read timeout';
}

/** Whether a row was refused because its owner is not in `users` yet. */
export function isUnknownOwner(error: unknown): boolean {
  const { code, constraint } = unwrapped(error);
  return code === '23503' && constraint !== undefined && isOwnerReference(constraint);
}

/** Whether a row would have named one that is not there, or no longer. */
export function isMissingReference(error: unknown): boolean {
  return unwrapped(error).code === '23503';
}

/** Whether another row has a value that only one may have. */
export function isTaken(error: unknown): boolean {
  return unwrapped(error).code === '23505';
}

/** The constraint that refused a row. */
export function constraintOf(error: unknown): string {
  return unwrapped(error).constraint ?? '';
}

/** Objection wraps what the driver says in `nativeError`. */
function unwrapped(error: unknown): Failure {
  const { nativeError } = error as { nativeError?: object };
  return nativeError ?? (error as object);
}
