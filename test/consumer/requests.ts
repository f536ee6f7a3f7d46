// A sensible request for any operation: as the contract's own examples have it, sent with the client of a front end.
import type { Client } from 'openapi-fetch';
import type { paths } from '../../client/src/generated/contract.ts';
import { loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import { request } from '../support/api.ts';
import { isWritten, type Place } from '../support/contract-requests.ts';
import { Items } from '../support/items.ts';

/** What a request is sent with. */
export interface Extras {
  /** On top of the client's own; null leaves one out. */
  headers?: Record<string, string | null>;
  querySerializer?: () => string;
}

export interface Example {
  place: Place;
  body: unknown;
}

const contract = loadContract();

export function sendExample(
  client: Client<paths>,
  { method, path }: ContractOperation,
  { place, body }: Example,
  extras: Extras = {},
) {
  // The same client, for an operation that only the run knows. That the types fit is shown by `wholeLife` in suite.ts.
  const anyClient = client as unknown as AnyClient;
  const sent = body === undefined ? {} : { body };
  return anyClient.request(method, path, { params: { path: place }, parseAs: 'text', ...sent, ...extras });
}

interface AnyClient {
  request(method: string, path: string, init: object): Promise<{ data?: string }>;
}

/** A request of this user's about something that exists. What it goes through and refers to is created, and so is what it must not equal. */
export async function exampleFor(
  baseUrl: string,
  operation: ContractOperation,
  user: string,
  { taken = false },
): Promise<Example> {
  const items = itemsAt(baseUrl);
  if (!isWritten(operation)) return { place: anywhere(operation, user), body: await items.body(operation, user) };
  const place = await items.place(operation, user);
  const body = await items.body(operation, user);
  return { place, body: taken ? { ...body, ...(await items.takenValues(operation, user)) } : body };
}

/** Items of a server, or of the mock. The rows that belong to nobody are the first of their tables: see conditions.ts. */
function itemsAt(baseUrl: string): Items {
  const shared = resourcesOf(contract.document).resources.filter(({ owner }) => owner === 'nobody');
  return new Items(
    contract,
    ({ operation, address, user, json }) =>
      request(baseUrl + address, operation.method.toUpperCase(), { as: user, json }),
    new Map(shared.map(({ collection }) => [collection, 1])),
  );
}

/** A place of this user's of which nobody knows whether anything is there. */
function anywhere(operation: ContractOperation, user: string): Place {
  const names = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, isOwner(operation, name) ? user : '1']));
}

export function isOwner({ parameters }: ContractOperation, name: string): boolean {
  return parameters.some((parameter) => parameter.owner && parameter.name === name);
}
