// What went wrong, in the words of the contract: thrown anywhere, made an answer in one place (`http/problems.ts`).
import { STATUS_CODES } from 'node:http';
import type { components } from './generated/server.ts';

type Schemas = components['schemas'];

/** The problems that the contract documents, by the name of their schema: `NotFound` for `NotFoundProblem`. */
export type ProblemName = {
  [Name in keyof Schemas]: Name extends `${infer Problem}Problem` ? (Problem extends '' ? never : Problem) : never;
}[keyof Schemas];

/** A problem's name, or a bare HTTP status. A contract has `Conflict` only when it has a property with `x-unique`. */
export type ProblemKind = ProblemName | 'Conflict' | number;

/** The members that all problems of a type share (RFC 9457, section 3.1). */
export interface ProblemType {
  type: string;
  title: string;
  status: number;
}

export type RefusedValue = Schemas['RefusedValue'];

interface ProblemExtras {
  errors?: RefusedValue[];
  headers?: Record<string, string>;
  /** For the log, never for the client. */
  cause?: unknown;
}

/**
 * A request that ends in a problem. `kind` is the problem's name in the contract, or a bare HTTP status for what no
 * operation documents (405, 431, 501). `detail` is shown to the client.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly errors: RefusedValue[] | undefined;
  readonly headers: Record<string, string>;

  constructor(kind: ProblemKind, detail: string, { errors, headers = {}, cause }: ProblemExtras = {}) {
    super(detail, { cause });
    this.kind = kind;
    this.errors = errors;
    this.headers = headers;
  }
}

/** A 503 that says in how many seconds to come back. */
export function serviceUnavailable(cause?: unknown, seconds = 5): Problem {
  const detail = 'The service is not available just now. Try again shortly.';
  return new Problem('ServiceUnavailable', detail, { headers: { 'Retry-After': String(seconds) }, cause });
}

/** The problem type of a bare status: `about:blank` with the status phrase as title (RFC 9457, section 4.2.1). */
export function plainProblemType(status: number): ProblemType {
  return { type: 'about:blank', title: String(STATUS_CODES[status]), status };
}

/** The body of a problem answer. `instance` is the id of the request. */
export function problemBody(type: ProblemType, problem: Problem, instance: string): Schemas['Problem'] {
  return {
    ...type,
    detail: problem.message,
    instance,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}
