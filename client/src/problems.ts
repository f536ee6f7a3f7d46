// What went wrong: the problems of the contract, and one for an answer that is none of its.
import { type components, problemTypes } from './generated/contract.ts';

type Schemas = components['schemas'];

/** Whatever can go wrong. `switch (problem.type)` tells the kinds apart, and the compiler knows them all. */
export type Problem = Schemas[Exclude<Extract<keyof Schemas, `${string}Problem`>, 'Problem'>] | PlainProblem;
export type ProblemType = Problem['type'];

/** What no operation documents: an unknown address or method, or an answer that something before the API gave. */
export type PlainProblem = Schemas['Problem'] & { type: 'about:blank' };

/** What an answer says of itself, whoever gave it. */
type Told = Partial<Record<keyof Problem, unknown>>;

const types = new Set<unknown>(['about:blank', ...problemTypes]);

/** The problem that this answer is, or a plain one where it is none of the API's: a proxy's page, for instance, or nothing. */
export function problemOf(response: Response, body: unknown): Problem {
  const isProblem = /^application\/problem\+json\b/i.test(response.headers.get('Content-Type') ?? '');
  const told: Told = isProblem && typeof body === 'object' && body !== null ? body : {};
  return isKnown(told) ? told : plainProblem(response, told);
}

/** A problem of the answer's status, with what it says of itself. A member of another type is none (RFC 9457, section 3.1). */
export function plainProblem(response: Response, { title, detail }: Told): PlainProblem {
  return {
    type: 'about:blank',
    title: isText(title) ? title : response.statusText || `Status ${response.status}`, // HTTP/2 has no status text
    status: response.status,
    detail: isText(detail)
      ? detail
      : 'The answer does not say. It may be from something between the API and its caller.',
    instance: response.headers.get('X-Request-Id') ?? '',
  };
}

/** The rest is as documented then: the tests of the server's contract hold every one of its answers against it. */
function isKnown(told: Told): told is Problem {
  const { type, title, status, detail, instance } = told;
  return types.has(type) && [title, detail, instance].every(isText) && typeof status === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
