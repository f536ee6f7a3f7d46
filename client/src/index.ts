// What a front end imports: a fetch client that knows every operation of the contract, and the types to go with it.
import openApiClient, { type ClientOptions, type ParseAs } from 'openapi-fetch';
import { type Client, type Method, methods } from './calls.ts';
import type { components } from './generated/contract.ts';
import { plainProblem, problemOf } from './problems.ts';

export type { Client } from './calls.ts';
export type { components, operations, paths } from './generated/contract.ts';
export type { PlainProblem, Problem, ProblemType } from './problems.ts';

/** Every schema of the contract by its name: `Schemas['Task']`. */
export type Schemas = components['schemas'];
export type Task = Schemas['Task'];
export type TaskCreate = Schemas['TaskCreate'];
export type TaskUpdate = Schemas['TaskUpdate'];
export type RefusedValue = Schemas['RefusedValue'];

export interface Options extends Omit<ClientOptions, 'baseUrl'> {
  /** Where the server is: `https://tasks.example.com`. */
  baseUrl: string;
  /**
   * The token of the signed-in user, or what gets one. It is asked before every request; and again after a 401, with the
   * token that was refused: when it then has another one, the request is sent once more.
   */
  token: string | ((refused?: string) => string | Promise<string>);
}

export function createClient({ token, ...options }: Options): Client {
  // Untyped, since all operations are sent alike; what each takes and gives is for `Client` to say.
  const { request, use, eject } = openApiClient(options) as unknown as Untyped;
  use({
    onRequest({ request }) {
      const tags = request.headers.get('If-Match');
      if (tags !== null) request.headers.set('If-Match', strong(tags));
    },
  });
  const tokenNow = typeof token === 'string' ? () => token : token;
  const send: Untyped['request'] = async (method, path, { parseAs = 'json', ...init } = {}) => {
    // JSON is parsed here: openapi-fetch rejects where it is none, and whoever asked would not see the answer.
    const sent: UntypedInit = { ...init, parseAs: parseAs === 'json' ? 'text' : parseAs };
    const first = await tokenNow();
    let answer = await request(method, path, withToken(first, sent));
    if (answer.response.status === 401) {
      // Whatever it asks for, nothing has been done: who calls is found out first.
      const second = await tokenNow(first);
      if (second !== first) answer = await request(method, path, withToken(second, sent));
    }
    return answered(answer, method, parseAs);
  };
  const sending = (method: Method) => [method.toUpperCase(), send.bind(undefined, method)];
  return { ...Object.fromEntries(methods.map(sending)), request: send, use, eject } as unknown as Client;
}

interface Untyped extends Pick<Client, 'use' | 'eject'> {
  request(method: Method, path: string, init?: UntypedInit): Promise<UntypedAnswer>;
}

interface UntypedInit {
  parseAs?: ParseAs;
  params?: { header?: object };
}

interface UntypedAnswer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

function withToken(token: string, init?: UntypedInit): UntypedInit {
  const header = { ...init?.params?.header, Authorization: `Bearer ${token}` };
  return { ...init, params: { ...init?.params, header } };
}

/** An answer that has something to say has `data` or an `error`, and that is a problem, whatever openapi-fetch made of it. */
function answered({ data, error, response }: UntypedAnswer, method: Method, parseAs: ParseAs): UntypedAnswer {
  const { ok, status } = response;
  if (status === 304) return { response };
  if (!ok) return { error: problemOf(response, error), response };
  if (parseAs !== 'json') return { data, response };
  // RFC 9110, sections 9.3.2, 15.3.5 and 15.3.6: these never have content.
  if (method === 'head' || status === 204 || status === 205) return { response };
  try {
    return { data: JSON.parse(String(data)), response }; // an empty body is undefined or empty, and neither is JSON
  } catch {
    const detail = 'The answer is not JSON. It may be from something between the API and its caller.';
    return { error: plainProblem(response, { detail }), response };
  }
}

/**
 * A proxy that compresses makes entity tags weak, and weak ones match no `If-Match` (RFC 9110, section 13.1.1). Those of the
 * API are versions of a row and say nothing of bytes: they mean the same without the mark.
 */
function strong(tags: string): string {
  return tags.replace(/(?:W\/)?("[^"]*")/g, '$1');
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
