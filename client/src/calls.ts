// The functions of the client: what each operation takes and gives, to the letter.
import type { FetchOptions, FetchResponse, Client as OpenApiClient, ParseAs } from 'openapi-fetch';
import type { paths } from './generated/contract.ts';
import type { PlainProblem } from './problems.ts';

/**
 * A function for each method; `use` and `eject` are openapi-fetch's, for middleware. Its own functions are generic in the
 * options themselves, and TypeScript takes any property for a part of such a type: with these, a misspelt one is an error.
 */
export interface Client extends Calls, Pick<OpenApiClient<paths>, 'use' | 'eject'> {
  request: <M extends Method, P extends PathWith<M>, As extends ParseAs = 'json'>(
    method: M,
    path: P,
    ...options: Given<CallOptions<M, P, As>>
  ) => Promise<Answer<M, P, As>>;
}

type Calls = { [M in Method as Uppercase<M>]: Call<M> };

type Call<M extends Method> = <P extends PathWith<M>, As extends ParseAs = 'json'>(
  path: P,
  ...options: Given<CallOptions<M, P, As>>
) => Promise<Answer<M, P, As>>;

/** All of OpenAPI's; where the contract has no operation of a method, its function takes no path. */
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
export type Method = (typeof methods)[number];

type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> =
  paths[P] extends Record<M, infer O extends Record<string, unknown>> ? O : never;

/** Parameters, a body and how to send them. `parseAs` stands apart: what `data` is depends on it. */
type CallOptions<M extends Method, P extends keyof paths, As> = Omit<FetchOptions<Operation<M, P>>, 'parseAs'> &
  ParseOption<Operation<M, P>['responses'], As>;

/** An answer is read as JSON unless its caller says otherwise; one that is none has to be read otherwise. */
type ParseOption<Responses, As> = [NotJson<Responses, keyof Responses>] extends [never]
  ? { parseAs?: As }
  : { parseAs: As & Exclude<ParseAs, 'json'> };

/** The successes that are text, a file or nothing; a 204 and a 205 are never read (RFC 9110, section 15.3). */
type NotJson<Responses, Status extends keyof Responses> = Status extends 204 | 205
  ? never
  : `${Status & (number | string)}` extends `2${string}`
    ? Responses[Status] extends { content: infer Content }
      ? [Extract<keyof Content, Json>] extends [never]
        ? Status
        : never
      : Status
    : never;

/** As it is, with parameters (RFC 9110, section 8.3.1), or with a name of its own (RFC 6839, section 3.1). */
type Json = `${string}${'/' | '+'}json${'' | `;${string}`}`;

/** They may be left out where the operation needs none of them. */
type Given<Options> = object extends Options ? [options?: Options] : [options: Options];

/** Either `data` or an `error`, which need not be one of those that the operation documents. */
type Answer<M extends Method, P extends keyof paths, As> =
  | Exclude<Documented<M, P, As>, { error: unknown }>
  | { data?: never; error: NonNullable<Documented<M, P, As>['error']> | PlainProblem; response: Response };

type Documented<M extends Method, P extends keyof paths, As> = FetchResponse<
  Operation<M, P>,
  { parseAs: As },
  `${string}/${string}`
>;
