// Where the schemas of a contract stand, also of one that nobody has checked yet, and what is wrong with single ones.

import { type Breach, flawIn } from '../breach.ts';
import type { Document, Schema } from '../document.ts';
import { isObject, nodeAt, partsOf } from '../located.ts';
import { type JsonPath, pointerOf } from '../pointer.ts';
import { shapeOf } from '../shape.ts';
import { maps, schemaMaps, values } from '../values.ts';

/** Within a schema: where another one stands, and a list of others (JSON Schema Core, section 10). By name: `schemaMaps`. */
const one = new Set(['not', 'if', 'then', 'else', 'items', 'contains', 'additionalProperties', 'propertyNames']);
const several = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);

/** The paths of all schemas: of those with a name, of those of parameters, headers and bodies, and of those within them. */
export function schemasIn(document: object): JsonPath[] {
  const visit = (node: unknown, at: JsonPath, isMap: boolean): JsonPath[] => {
    if (!isObject(node)) return [];
    return Object.entries(node).flatMap(([key, value]) => {
      const here = [...at, key];
      if (isMap) return visit(value, here, false);
      if (values.has(key) || key.startsWith('x-')) return [];
      if (key === 'schema') return within(value, here);
      if (key === 'schemas') return membersOf(value, here);
      return visit(value, here, maps.has(key) && !Array.isArray(value));
    });
  };
  return visit(document, [], false);
}

function within(schema: unknown, at: JsonPath): JsonPath[] {
  if (!isObject(schema)) return [];
  const below = Object.entries(schema).flatMap(([keyword, value]) => {
    const here = [...at, keyword];
    if (one.has(keyword)) return within(value, here);
    return several.has(keyword) || schemaMaps.has(keyword) ? membersOf(value, here) : [];
  });
  return [at, ...below];
}

function membersOf(schemas: unknown, at: JsonPath): JsonPath[] {
  return isObject(schemas) ? Object.entries(schemas).flatMap(([key, value]) => within(value, [...at, key])) : [];
}

/** What the type of a value can be (JSON Schema Core, section 4.2.1, and Validation, section 6.1.1). */
const types: unknown[] = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** Types and patterns that are none. */
export function wrongSchemas(document: object): string[] {
  return schemasIn(document).flatMap((at) => {
    const { type, pattern, patternProperties }: Record<string, unknown> = nodeAt(document, at);
    const isWrong = type !== undefined && [type].flat().some((one) => !types.includes(one));
    const patterns = isObject(patternProperties) ? Object.keys(patternProperties) : [];
    return [
      ...(isWrong ? [`${pointerOf(at)}/type must be one of ${types.join(', ')}, or a list of them`] : []),
      ...(pattern === undefined ? [] : wrongPattern([...at, 'pattern'], pattern)),
      ...patterns.flatMap((key) => wrongPattern([...at, 'patternProperties', key], key)),
    ];
  });
}

/** As ajv reads them: with the flag `u`. */
function wrongPattern(at: JsonPath, pattern: unknown): string[] {
  try {
    new RegExp(String(pattern), 'u');
    return [];
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*: /s, '');
    return [`${pointerOf(at)} is no regular expression: ${reason}`];
  }
}

/**
 * Keywords whose value they cannot have: the schema of OpenAPI 3.1 leaves these to JSON Schema.
 * @returns a line for each outermost schema: `/components/schemas/Note/properties/title/maxLength must be integer`.
 */
export function flawedSchemas(document: Document): string[] {
  const flawOf = flawIn(document);
  return outermost(schemasIn(document)).flatMap((at) => {
    const flaw = flawOf(nodeAt(document, at));
    return flaw === undefined ? [] : [`${pointerOf(at)}${flaw}`];
  });
}

/** Those of some paths, each before what is below it, that are below no other. */
function outermost(paths: JsonPath[]): JsonPath[] {
  const found: JsonPath[] = [];
  for (const at of paths) {
    const isWithin = found.at(-1)?.every((step, index) => at[index] === step);
    if (!isWithin) found.push(at);
  }
  return found;
}

/**
 * Defaults that their own schema refuses: a value that is left out would be filled in with one that may not be sent.
 * @returns a line for each: `/components/schemas/NoteCreate/properties/kind/default must be one of bug, feature`.
 */
export function wrongDefaults(document: object, breachOf: Breach): string[] {
  const breachAt = (at: JsonPath) => {
    const { default: value } = shapeOf(document, at);
    return value === undefined ? undefined : breachOf(nodeAt(document, at), value);
  };
  return schemasIn(document).flatMap((at) => {
    const breach = breachAt(at);
    const { default: own, oneOf = [], anyOf = [] }: Schema = nodeAt(document, at);
    if (breach === undefined) return [];
    if (own !== undefined) return [`${pointerOf(at)}/default ${breach}`];
    // What a schema has its default from is complained of itself.
    const branches = Object.entries({ oneOf, anyOf }).flatMap(([keyword, all]) =>
      all.map((_branch, index) => [...at, keyword, index]),
    );
    const isComplained = [...partsOf(document, at), ...branches].some((part) => breachAt(part) !== undefined);
    return isComplained ? [] : [`${pointerOf(at)} has a default, which ${breach}`];
  });
}
