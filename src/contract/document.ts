// An OpenAPI document as it stands in the file: as much of it as is read here, and the way to follow its references.
import { load } from 'js-yaml';
import { stepsOf } from './pointer.ts';

/** A JSON Schema as it stands in the contract: as much of it as is read here. */
export interface Schema {
  type?: string | string[];
  format?: string;
  const?: unknown;
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  enum?: unknown[];
  default?: unknown;
  /** `true` in the form of OpenAPI 3.0; 3.1 has the type `null`. */
  nullable?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  /** No two rows of an owner have the same value. */
  'x-unique'?: boolean;
  'x-index'?: boolean;
  /** The schema of the resource whose row the value names by its id. */
  'x-references'?: string;
  'x-renamed-from'?: string;
}

/** The methods that an operation can have here. */
export const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

export type Method = (typeof methods)[number];

/** A path without the names of its parameters: what is the same then is the same address (OpenAPI 3.1, section 4.8.8.1). */
export function unnamed(path: string): string {
  return path.replace(/\{.*?\}/g, '{}');
}

/** Something, or a reference to it. */
export type Node<T> = T | { $ref: string };
/** The OpenAPI object. */
export interface Document {
  [member: string]: unknown;
  openapi: string;
  info: { title: string; version: string; [member: string]: unknown };
  security?: Record<string, string[]>[];
  tags?: { name: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, ResponseObject>;
    [section: string]: Record<string, unknown>;
  };
}

export type PathItem = { parameters?: Node<ParameterObject>[] } & Partial<Record<Method, OperationObject>>;

export interface OperationObject {
  operationId?: string;
  /** The property that a `patch` turns into its opposite. */
  'x-toggle'?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Node<ParameterObject>[];
  requestBody?: Node<{ required?: boolean }>;
  responses: Record<string, Node<ResponseObject>>;
}

export interface ParameterObject {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  schema?: Node<Schema>;
  allowEmptyValue?: boolean;
  'x-owner'?: boolean;
  'x-not-with'?: string;
  'x-sort'?: Record<string, SortObject>;
  'x-filter'?: true | Record<string, Record<string, Condition>>;
  'x-search'?: string[];
}

/** What a value of `x-sort` orders by. */
export interface SortObject {
  column: string;
  order: 'asc' | 'desc';
}

/** The value that a column must have. */
export type Condition = string | number | boolean | null;

export interface ResponseObject {
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: Schema }>;
}

/**
 * The document that a text is (OpenAPI 3.1, section 4.4: YAML 1.2, or JSON, which is YAML, too). `name` says which in errors;
 * `As` is as much of it as the caller reads.
 * @throws YAMLException when it is no YAML.
 */
export function readDocument<As = Document>(text: string, name = 'openapi.yaml'): As {
  return load(text, { filename: name }) as As; // What is wrong with it is found where it is used.
}

/** Follows references within the document (OpenAPI 3.1, section 4.8.23). */
export function resolver(document: object) {
  return function resolve<T>(node: Node<T>): T {
    if (typeof node !== 'object' || node === null || !('$ref' in node) || node.$ref === undefined) return node as T;
    const target = stepsOf(node.$ref).reduce<unknown>(
      (at, step) => (at as Record<string, unknown> | undefined)?.[step],
      document,
    );
    if (target === undefined) throw new Error(`openapi.yaml: nothing at ${node.$ref}`);
    return resolve(target as Node<T>);
  };
}
