// Holds an answer against the contract: its status, media type, headers and body, all read from openapi.yaml itself.
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { operations } from '../../client/src/generated/contract.ts';
import type { Contract } from '../../src/contract/contract.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Says what of an answer to this operation breaks the contract; nothing when it keeps it. */
export type ContractCheck = (operation: keyof operations, answer: Answer) => string[];

/** A response as OpenAPI describes it, references followed. */
interface DescribedResponse {
  headers: Record<string, { required?: boolean; schema: AnySchemaObject }>;
  content: Record<string, { schema: AnySchemaObject }>;
}

export function contractCheck(contract: Contract): ContractCheck {
  const inBody = schemaCheck(contract, {});
  // A header is text; whether it says what its schema wants shows only once it is read as the schema's type.
  const inHeader = schemaCheck(contract, { coerceTypes: true });

  return (operation, answer) => {
    const described = describedResponse(contract, operation, answer.status);
    if (described === undefined) return [`${operation} does not document the status ${answer.status}`];
    const headers = Object.entries(described.headers).flatMap(([name, { required, schema }]) => {
      const value = answer.headers.get(name);
      if (value !== null) return inHeader(name, schema, value);
      return required === true ? [`${name} is missing`] : [];
    });
    return [...headers, ...bodyBreaches(described, answer, inBody)];
  };
}

function bodyBreaches({ content }: DescribedResponse, { headers, text }: Answer, check: SchemaCheck): string[] {
  const documented = Object.keys(content);
  if (documented.length === 0) return text === '' ? [] : ['there is a body where none is documented'];
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  const described = content[mediaType];
  if (described === undefined) return [`the media type is ${mediaType}, not ${documented.join(' or ')}`];
  return check('body', described.schema, mediaType.endsWith('json') ? JSON.parse(text) : text);
}

type SchemaCheck = (what: string, schema: AnySchemaObject, value: unknown) => string[];

/** Schemas refer to each other within the document, so each is compiled with the components at its side. */
function schemaCheck({ document: { components } }: Contract, options: { coerceTypes?: boolean }): SchemaCheck {
  const ajv = new Ajv2020({ allErrors: true, strict: false, ...options });
  formats.default(ajv);
  const compile = remembering((schema: AnySchemaObject) =>
    ajv.compile({ properties: { value: schema }, components } satisfies AnySchemaObject),
  );
  return (what, schema, value) => {
    const validate = compile(schema);
    if (validate({ value })) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${what}${instancePath.slice('/value'.length)} ${message}`,
    );
  };
}

function describedResponse(contract: Contract, id: string, status: number): DescribedResponse | undefined {
  const operation = contract.operations.find((candidate) => candidate.id === id);
  if (operation === undefined) throw new Error(`openapi.yaml has no operation ${id}`);
  const described = contract.document.paths[operation.path]?.[operation.method]?.responses[status];
  if (described === undefined) return undefined;
  // What the contract lint proves: a response has headers and content of this form, or none.
  const { headers = {}, content = {} } = followed(contract, described) as Partial<DescribedResponse>;
  const entries = Object.entries(headers).map(([name, header]) => [name, followed(contract, header)] as const);
  return { headers: Object.fromEntries(entries), content };
}

/** What a reference points to (OpenAPI 3.1, section 4.8.23); anything else as it is. */
export function followed<T extends object>({ document }: Contract, node: T): T {
  if (!('$ref' in node)) return node;
  const steps = String(node.$ref).replace('#/', '').split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document) as T;
}

function remembering<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
