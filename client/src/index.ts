// What a front end imports: a fetch client that knows every operation of the contract, and the types to go with it.
import openApiClient, { type ClientOptions } from 'openapi-fetch';
import type { Client } from './calls.ts';
import type { components, paths } from './generated/contract.ts';

export type { Client } from './calls.ts';
export type { components, operations, paths } from './generated/contract.ts';

/** Every schema of the contract by its name: `Schemas['Task']`. */
export type Schemas = components['schemas'];
export type Task = Schemas['Task'];
export type TaskCreate = Schemas['TaskCreate'];
export type TaskUpdate = Schemas['TaskUpdate'];
export type RefusedValue = Schemas['RefusedValue'];

/** Whatever can go wrong. `switch (problem.type)` tells the kinds apart, and the compiler knows them all. */
export type Problem = Schemas[Exclude<Extract<keyof Schemas, `${string}Problem`>, 'Problem'>];
export type ProblemType = Problem['type'];

export interface Options extends Omit<ClientOptions, 'baseUrl'> {
  /** Where the server is: `https://tasks.example.com`. */
  baseUrl: string;
  /** The token of the signed-in user, or what gets one: it is asked before every request, so it may renew the token. */
  token: string | (() => string | Promise<string>);
}

export function createClient({ token, ...options }: Options): Client {
  const client = openApiClient<paths>(options);
  client.use({
    async onRequest({ request }) {
      request.headers.set('Authorization', `Bearer ${typeof token === 'string' ? token : await token()}`);
    },
  });
  // The same functions: only their types are narrower.
  return client as unknown as Client;
}

/** What to add to the query for the page after this answer; undefined when this was the last page. */
export function nextPage(response: Response): { cursor: string } | undefined {
  // RFC 8288, section 3: `<address>; rel="next"`; an address may hold commas, so the brackets are what separates links.
  const link = response.headers.get('Link')?.match(/<([^>]*)>[^<]*;\s*rel="?next\b/);
  if (link?.[1] === undefined) return undefined;
  // The address is relative to the server; which server makes no difference to its query.
  const cursor = new URL(link[1], 'http://server').searchParams.get('cursor');
  return cursor === null ? undefined : { cursor };
}
