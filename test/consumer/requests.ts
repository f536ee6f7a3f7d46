// A sensible request for any operation: as the contract's own examples have it, sent with the client of a front end.
import type { Client } from 'openapi-fetch';
import type { paths } from '../../client/src/generated/contract.ts';
import { type ContractOperation, loadContract } from '../../src/contract/contract.ts';
import { followed } from '../support/contract-check.ts';

/** The parameters of a path. */
export type Place = Record<string, string | number>;

/** What a request is sent with. */
export interface Extras {
  /** On top of the client's own; null leaves one out. */
  headers?: Record<string, string | null>;
  querySerializer?: () => string;
}

const contract = loadContract();

export function sendExample(client: Client<paths>, operation: ContractOperation, place: Place, extras: Extras = {}) {
  const { method, path } = operation;
  const body = operation.hasBody ? { body: exampleBody(operation) } : {};
  // The same client, for an operation that only the run knows. That the types fit is shown by `wholeLife` in suite.ts.
  const anyClient = client as unknown as AnyClient;
  return anyClient.request(method, path, { params: { path: place }, parseAs: 'text', ...body, ...extras });
}

interface AnyClient {
  request(method: string, path: string, init: object): Promise<{ data?: string }>;
}

/** A place of this user's that exists: what its path goes through is created, each by the operation that creates it. */
export async function existingPlace(client: Client<paths>, operation: ContractOperation, user: string): Promise<Place> {
  const place: Place = {};
  for (const [parameter, name = ''] of operation.path.matchAll(/\{(.+?)\}/g)) {
    if (isOwner(operation, name)) {
      place[name] = user;
      continue;
    }
    const collection = operation.path.slice(0, operation.path.indexOf(`/${parameter}`));
    const create = contract.operations.find(({ method, path }) => method === 'post' && path === collection);
    if (create === undefined) throw new Error(`openapi.yaml: nothing creates what ${operation.path} is about`);
    const { data = '{}' } = await sendExample(client, create, place);
    place[name] = JSON.parse(data).id;
  }
  return place;
}

export function isOwner({ parameters }: ContractOperation, name: string): boolean {
  return parameters.some((parameter) => parameter.owner && parameter.name === name);
}

/** The first example of the body that the contract asks for. */
function exampleBody({ id, path, method }: ContractOperation): unknown {
  const described = contract.document.paths[path]?.[method]?.requestBody ?? {};
  const { content = {} } = followed(contract, described) as { content?: Record<string, { examples?: object }> };
  const [example] = Object.values(content['application/json']?.examples ?? {});
  if (example === undefined) throw new Error(`openapi.yaml: the body of ${id} has no example`);
  return followed(contract, example).value;
}
