// Whether the contract is OpenAPI: by the JSON Schema of OpenAPI that express-openapi-validator brings, by its references, names and
// schemas, and by the words that Deed adds to it.

import type { ErrorObject } from 'ajv';
import { breachIn, reasonOf } from '../breach.ts';
import type { Document, OperationObject } from '../document.ts';
import { isObject, isThere, locate, nodeAt, operationsIn } from '../located.ts';
import { type JsonPath, pointerOf, stepsOf } from '../pointer.ts';
import { maps, values } from '../values.ts';
import { wrongWords } from './extensions.ts';
import { meaninglessWords } from './meanings.ts';
import { flawedSchemas, wrongDefaults, wrongSchemas } from './schemas.ts';

/** How many places an error names: one slip can break the schema in many. */
const most = 5;

/** A contract that is not valid, or says what means nothing. */
export class InvalidContract extends Error {
  /** What is wrong, each with its place before it: `/components/schemas/Note/type must be …`. */
  readonly complaints: readonly string[];

  constructor(what: string, complaints: string[]) {
    const first = complaints.slice(0, most);
    super(`${what}: ${first.join('; ')}`);
    this.complaints = first;
  }
}

/**
 * Takes a quarter of a second, nearly all of it to compile that schema.
 * @throws InvalidContract naming the places that are not OpenAPI 3.0 or 3.1, or say what means nothing.
 */
export async function assertValid(document: Document): Promise<void> {
  const found = [
    ...mergeKeys(document),
    ...wrongReferences(document),
    ...wrongSchemas(document),
    ...repeatedNames(document),
  ];
  // They say it in fewer words.
  const complaints = found.length > 0 ? found : await breachesOf(document);
  if (complaints.length > 0) throw new InvalidContract('openapi.yaml is not valid OpenAPI', complaints);
  assertMeaning(document);
}

/** @throws InvalidContract naming words of Deed that are misspelt or mean nothing here, operations without answers, and wrong defaults. */
export function assertMeaning(document: Document): void {
  const misspelt = wrongWords(document);
  const breachOf = breachIn(document);
  const words = misspelt.length > 0 ? misspelt : meaninglessWords(document, breachOf);
  const complaints = [...words, ...withoutAnswers(document), ...wrongDefaults(document, breachOf)];
  if (complaints.length > 0) throw new InvalidContract('openapi.yaml', complaints);
}

/** What breaks the schema of OpenAPI. */
async function breachesOf(document: Document): Promise<string[]> {
  const version = String(document.openapi);
  if (!/^3\.[01]\.\d+$/.test(version)) return [`its version is ${version}, and not 3.0.x or 3.1.x`];
  const { OpenAPISchemaValidator } = await import(
    'express-openapi-validator/dist/framework/openapi.schema.validator.js'
  );
  const schema = new OpenAPISchemaValidator({ version, validateApiSpec: true });
  const { errors } = schema.validate(document as never); // Whether it is what this wants is the question.
  // That a condition is not met says nothing: what is not as it asks is said besides.
  const breaches = (errors ?? []).filter(({ keyword }) => keyword !== 'if').map(spelledOut);
  return breaches.length > 0 ? breaches : flawedSchemas(document);
}

function spelledOut({ instancePath, ...error }: ErrorObject): string {
  const name: unknown = error.params['unevaluatedProperty'] ?? error.params['additionalProperty'];
  return `${instancePath || 'it'} ${reasonOf(error)}${name === undefined ? '' : ` (${name})`}`;
}

/** Merge keys: YAML 1.2, which OpenAPI asks for, has none (OpenAPI 3.1, section 4.4), and `<<` would be a property that means nothing. */
function mergeKeys(document: Document): string[] {
  const visit = (node: unknown, at: JsonPath): string[] => {
    if (!isObject(node)) return [];
    return Object.entries(node).flatMap(([key, value]) => {
      if (key !== '<<') return visit(value, [...at, key]);
      return [`${pointerOf([...at, key])} is a merge key, and YAML 1.2 has none: write out what it brings`];
    });
  };
  return visit(document, []);
}

/** The references that lead to nothing in the document. Within a value, and in what other tools are told, there are none. */
function wrongReferences(document: Document): string[] {
  const visit = (node: unknown, at: JsonPath, isMap: boolean): string[] => {
    if (!isObject(node)) return [];
    const { $ref } = node;
    const wrong = typeof $ref === 'string' ? complaintOf(document, $ref) : undefined;
    const own = wrong === undefined ? [] : [`${pointerOf(at)} ${wrong} (${$ref})`];
    const below = Object.entries(node).flatMap(([key, value]) => {
      if (!isMap && isNoPart(key, value)) return [];
      return visit(value, [...at, key], !isMap && (maps.has(key) || key === 'examples') && !Array.isArray(value));
    });
    return [...own, ...below];
  };
  return visit(document, [], false);
}

/** Whether a member is a value, or what another tool is told. Examples by name can be references, and have a value. */
function isNoPart(key: string, value: unknown): boolean {
  if (key === 'examples') return Array.isArray(value);
  return values.has(key) || key === 'value' || key.startsWith('x-');
}

/** What is wrong with a reference, or with one that it leads to. */
function complaintOf(document: Document, reference: string): string | undefined {
  const seen = new Set<string>();
  for (let next = reference; ; ) {
    if (!next.startsWith('#')) return 'refers to another file, and all has to stand in this one';
    if (seen.has(next)) return 'refers to itself in a circle';
    seen.add(next);
    const steps = stepsOf(next);
    if (!isThere(document, steps)) return 'refers to nothing';
    const { $ref } = nodeAt(document, steps);
    if (typeof $ref !== 'string') return undefined;
    next = $ref;
  }
}

/** Operations by the name of another: the client and the handlers know them by it. */
function repeatedNames(document: Document): string[] {
  const first = new Map<string, JsonPath>();
  return operationsIn(document).flatMap((at) => {
    const id = locate<OperationObject>(document, at)?.value.operationId;
    const other = id === undefined ? undefined : first.get(id);
    if (id !== undefined && other === undefined) first.set(id, at);
    return other === undefined ? [] : [`${pointerOf(at)}/operationId is ${id}, and so is that of ${pointerOf(other)}`];
  });
}

/** OpenAPI 3.1 lets an operation say nothing of its answers; then there is none that it may give. */
function withoutAnswers(document: Document): string[] {
  return operationsIn(document)
    .filter((at) => Object.keys(locate<object>(document, [...at, 'responses'])?.value ?? {}).length === 0)
    .map((at) => `${pointerOf(at)} has no responses`);
}
