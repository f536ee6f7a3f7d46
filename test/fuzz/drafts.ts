// Requests that the contract admits, drawn at random from what it says of an operation.
import fc from 'fast-check';
import type { Contract } from '../../src/contract/contract.ts';
import type { ContractOperation, ContractParameter } from '../../src/contract/contract-operation.ts';
import { inForce } from '../../src/contract/parameters.ts';
import { followed } from '../support/contract-check.ts';
import type { JsonSchema, JsonValues } from './json-values.ts';

/** A request before it is known who sends it and where. */
export interface Draft {
  method: string;
  /** The path as in the contract, or a variation of it. */
  path: string;
  /** Text in place of path parameters, encoded; those that are left out name what exists and is the caller's. */
  place: Record<string, string>;
  /** The pairs of the query, encoded. */
  query: string[];
  headers: Record<string, string>;
  /** Text is sent as UTF-8. */
  body: string | Buffer | undefined;
  /** The JSON value of the body. */
  value: unknown;
  /** The caller's own token when left out. */
  authorization?: ((user: string) => string | undefined) | undefined;
}

export interface Parameter extends ContractParameter {
  required: boolean;
  example: string | undefined;
}

/** What the contract says of the parameters and the body of an operation. */
export interface Described {
  operation: ContractOperation;
  parameters: Parameter[];
  body: JsonSchema | undefined;
}

export function describedBy(contract: Contract, operation: ContractOperation): Described {
  const item = contract.document.paths[operation.path];
  const { parameters = [], requestBody = {} } = item?.[operation.method] ?? { responses: {} };
  // What the contract lint proves: a parameter and a body have these members.
  const all = [...(item?.parameters ?? []), ...parameters].map((one) => followed(contract, one) as Parameter);
  const raw: Partial<Parameter>[] = inForce(all, (parameter) => parameter);
  const { content } = followed(contract, requestBody as object) as { content?: Record<string, { schema: JsonSchema }> };
  return {
    operation,
    parameters: operation.parameters.map((parameter, index) => ({
      ...parameter,
      required: raw[index]?.required === true,
      example: raw[index]?.example,
    })),
    body: content?.['application/json']?.schema,
  };
}

export function validDrafts(values: JsonValues, { operation, parameters, body }: Described): fc.Arbitrary<Draft> {
  const method = operation.method.toUpperCase();
  const query = parameters.filter((parameter) => parameter.in === 'query' && !isCursor(parameter, parameters));
  const headers = parameters.filter((parameter) => parameter.in === 'header');
  return fc
    .record({
      method: method === 'GET' ? fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD') : fc.constant(method),
      query: some(query, (parameter) => queryPair(values, parameter)),
      headers: some(headers, (parameter) => headerValue(values, parameter)),
      value: body === undefined ? fc.constant(undefined) : values.valid(body),
      spell: fc.constantFrom(JSON.stringify, escaped, spaced),
    })
    .map(({ value, spell, headers, query, ...rest }) => ({
      ...rest,
      path: operation.path,
      place: {},
      query: Object.values(query),
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: value === undefined ? undefined : spell(value),
      value,
    }));
}

/** A parameter whose values only the server makes: one that another says it does not go together with. */
export function isCursor({ name }: ContractParameter, parameters: ContractParameter[]): boolean {
  return parameters.some(({ notWith }) => notWith === name);
}

/** Text that arrives as it was sent: HTTP cuts off white space around a header (RFC 9110, section 5.5). */
export const inHeader = /^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/;

export function boundedSchema(values: JsonValues, { schema }: ContractParameter): JsonSchema {
  const flat = values.flat(schema);
  return flat.type === 'string' ? { maxLength: 200, ...flat } : flat;
}

export function queryPair(values: JsonValues, parameter: Parameter): fc.Arbitrary<string> {
  const value = values
    .valid(boundedSchema(values, parameter))
    .map((one) => encodeURIComponent(String(one)))
    .filter((text) => parameter.spelling !== 'number' || !text.includes('e')); // a number is written without exponent
  return fc
    .tuple(value, fc.boolean())
    .map(([text, plus]) => `${parameter.name}=${plus ? text.replaceAll('%20', '+') : text}`);
}

function headerValue(values: JsonValues, parameter: Parameter): fc.Arbitrary<string> {
  const any = values
    .valid(boundedSchema(values, parameter))
    .map(String)
    .filter((value) => inHeader.test(value));
  return parameter.example === undefined ? any : fc.oneof(any, fc.constant(parameter.example));
}

/** Some of the parameters, and each that is required. */
function some(parameters: Parameter[], one: (parameter: Parameter) => fc.Arbitrary<string>) {
  return fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, one(parameter)] as const)), {
    requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name),
    noNullPrototype: true,
  }) as fc.Arbitrary<Record<string, string>>; // what `one` makes, by name
}

function escaped(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function spaced(value: unknown): string {
  return ` ${JSON.stringify(value, null, '\t')}\r\n`;
}
