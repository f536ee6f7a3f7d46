// What the contract says of one operation: its address, what may be sent to it, and what it may answer.
import type { operations } from '../generated/server.ts';
import type { Document, Method, OperationObject, ParameterObject, ResponseObject, Schema } from './document.ts';
import { type Listing, readListing } from './listing.ts';
import { descend, locate, nodeAt, schemaName } from './located.ts';
import { parametersOf } from './parameters.ts';
import type { JsonPath } from './pointer.ts';
import type { Shape } from './shape.ts';
import { type Spelling, spellingOf } from './spelling.ts';

export type OperationId = keyof operations;

export interface ContractParameter {
  name: string;
  in: ParameterObject['in'];
  schema: Schema;
  /** What the schema says of a value, wherever it says it. */
  shape: Shape;
  /** The type of its values, if they could be spelled in several ways. */
  spelling: Spelling | undefined;
  /** Which segment of the path it is in, counted from the empty one before the first slash; -1 when it is elsewhere. */
  segment: number;
  /** `x-owner`: this path parameter names the owner of what is below it. */
  owner: boolean;
  /** `x-not-with`: the query parameter that excludes this one. */
  notWith: string | undefined;
  /** `allowEmptyValue`: whether this query parameter may be sent without a value. */
  mayBeEmpty: boolean;
}

export interface ContractOperation {
  id: OperationId;
  method: Method;
  /** As in the contract: `/api/{user_id}/tasks`. */
  path: string;
  /** As Express wants it: `/api/:user_id/tasks`. */
  route: string;
  /** Whether a token is needed. */
  secured: boolean;
  body: 'required' | 'optional' | 'none';
  parameters: ContractParameter[];
  /** The parameter that names the owner of what is below its path (`x-owner`). */
  ownerParameter: string | undefined;
  /** The names of its headers, as the contract and as Node spells them. */
  headers: { name: string; key: string }[];
  /** What the query does to the rows of a list. */
  listing: Listing;
  /** The schema of the rows that it lists. */
  listed: string | undefined;
  /** The documented statuses, and the media type of each; undefined where there is no body. */
  responses: Map<number, string | undefined>;
  /** The headers that its answers may have. */
  responseHeaders: string[];
}

/** Reads the operation that stands at a path. @throws Error when it has no `operationId`. */
export function readOperation(document: Document, at: JsonPath): ContractOperation {
  const [, path, method] = at as ['paths', string, Method];
  const operation: Partial<OperationObject> = nodeAt(document, at); // `assertValid` says what is missing or leads nowhere
  if (operation.operationId === undefined) {
    throw new Error(`openapi.yaml: ${method.toUpperCase()} ${path} has no operationId`);
  }
  const parameters = parametersOf(document, at);
  const responses = Object.keys(operation.responses ?? {}).map(
    (status) => [status, locate<ResponseObject>(document, [...at, 'responses', status])?.value ?? {}] as const,
  );
  return {
    // The generated types are made from the same file; `checkOperations` compares the two at start.
    id: operation.operationId as OperationId,
    method,
    path,
    route: path.replace(/[[\]()+?!*:"\\]/g, '\\$&').replace(/\{(.+?)\}/g, ':"$1"'),
    secured: (operation.security ?? document.security ?? []).length > 0,
    body: bodyOf(locate<{ required?: boolean }>(document, [...at, 'requestBody'])?.value),
    parameters: parameters.map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      segment: path.split('/').findIndex((segment) => segment.includes(`{${parameter.name}}`)),
      schema: parameter.schema,
      shape: parameter.shape,
      spelling: spellingOf(parameter.shape),
      owner: parameter['x-owner'] === true,
      notWith: parameter['x-not-with'],
      mayBeEmpty: parameter.allowEmptyValue === true,
    })),
    ownerParameter: parameters.find((parameter) => parameter['x-owner'] === true)?.name,
    headers: parameters
      .filter((parameter) => parameter.in === 'header')
      .map(({ name }) => ({ name, key: name.toLowerCase() })),
    listing: readListing(parameters),
    listed: listedSchema(document, at),
    responses: new Map(responses.map(([status, { content = {} }]) => [Number(status), Object.keys(content)[0]])),
    responseHeaders: responses.flatMap(([, { headers = {} }]) => Object.keys(headers)),
  };
}

/** By default a body need not be sent (OpenAPI 3.1, section 4.8.13). */
function bodyOf(described: { required?: boolean } | undefined): ContractOperation['body'] {
  if (described === undefined) return 'none';
  return described.required === true ? 'required' : 'optional';
}

/** The schema by name of what an array is answered of. */
function listedSchema(document: Document, operation: JsonPath): string | undefined {
  const content = descend<object>(document, operation, 'responses', '200', 'content');
  const [mediaType = ''] = Object.keys(content?.value ?? {});
  return schemaName(content && descend<Schema>(document, content.at, mediaType, 'schema')?.value.items);
}
