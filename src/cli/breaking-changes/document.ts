// The parts of an OpenAPI 3.1 document that decide whether a client goes on working, as they are written.
import { type Node, type ParameterObject, unnamed } from '../../contract/document.ts';
import { inForce } from '../../contract/parameters.ts';
import type { Resolve, SubSchema } from './variants.ts';

export interface Document {
  info: { version: string };
  servers?: { url: string }[];
  security?: Requirement[];
  paths?: Record<string, PathItem>;
  components?: { schemas?: Record<string, SubSchema>; securitySchemes?: Record<string, Node<SecurityScheme>> };
}

/** The schemes that are needed together, with the scopes of each. */
export type Requirement = Record<string, string[]>;

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
type PathItem = { parameters?: Node<Parameter>[] } & Partial<Record<(typeof methods)[number], Operation>>;

export interface Operation {
  operationId?: string;
  'x-toggle'?: string;
  security?: Requirement[];
  parameters?: Node<Parameter>[];
  requestBody?: Node<RequestBody>;
  responses?: Record<string, Node<Response>>;
}

export type Content = Record<string, { schema?: SubSchema }>;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  style?: string;
  explode?: boolean;
  schema?: SubSchema;
  content?: Content;
  /** The query parameter that excludes this one. */
  'x-not-with'?: string;
  'x-sort'?: ParameterObject['x-sort'];
  'x-filter'?: ParameterObject['x-filter'];
  'x-search'?: ParameterObject['x-search'];
}

interface RequestBody {
  required?: boolean;
  content: Content;
}

export interface Header {
  required?: boolean;
  schema?: SubSchema;
}

export interface Response {
  headers?: Record<string, Node<Header>>;
  content?: Content;
}

export interface SecurityScheme {
  type: string;
  scheme?: string;
  in?: string;
  name?: string;
}

/** An operation with all that its path and its document say of it. */
export interface DescribedOperation {
  /** `PUT /api/{user_id}/tasks/{id}` */
  name: string;
  path: string;
  id: string | undefined;
  security: Requirement[];
  parameters: Parameter[];
  body: RequestBody | undefined;
  responses: Record<string, Response>;
  /** `x-toggle`. */
  toggles: string | undefined;
  resolve: Resolve;
}

/** The operations by method and path, whatever the path calls its parameters. */
export function operationsOf(document: Document, resolve: Resolve): Map<string, DescribedOperation> {
  const operations = new Map<string, DescribedOperation>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined) continue;
      const name = `${method.toUpperCase()} ${path}`;
      operations.set(unnamed(name), {
        name,
        path,
        id: operation.operationId,
        security: operation.security ?? document.security ?? [],
        parameters: inForce([...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve), (one) => one),
        body: operation.requestBody && resolve(operation.requestBody),
        responses: resolveAll(operation.responses, resolve),
        toggles: operation['x-toggle'],
        resolve,
      });
    }
  }
  return operations;
}

export function resolveAll<T>(nodes: Record<string, Node<T>> | undefined, resolve: Resolve): Record<string, T> {
  return Object.fromEntries(Object.entries(nodes ?? {}).map(([name, node]) => [name, resolve(node)]));
}
