// What went wrong: the problems of the contract, and one for an answer that is none of its.
import type { components } from './generated/contract.ts';

type Schemas = components['schemas'];

/** Whatever can go wrong. `switch (problem.type)` tells the kinds apart, and the compiler knows them all. */
export type Problem = Schemas[Exclude<Extract<keyof Schemas, `${string}Problem`>, 'Problem'>] | PlainProblem;
export type ProblemType = Problem['type'];

/** What no operation documents: an unknown address or method, or an answer that something before the API gave. */
export type PlainProblem = Schemas['Problem'] & { type: 'about:blank' };

/** The problem that this answer is, or one of its status where it is none: a proxy's page, for instance, or nothing. */
export function problemOf(response: Response, body: unknown): Problem {
  const isProblem = /^application\/problem\+json\b/i.test(response.headers.get('Content-Type') ?? '');
  // The server's own answers are as documented: the tests of its contract hold every one of them against it.
  if (isProblem && typeof body === 'object' && body !== null) return body as Problem;
  return {
    type: 'about:blank',
    title: response.statusText || `Status ${response.status}`, // HTTP/2 has no status text
    status: response.status,
    detail: 'The answer does not say. It may be from something between the API and its caller.',
    instance: response.headers.get('X-Request-Id') ?? '',
  };
}
