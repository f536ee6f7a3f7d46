// Where the schemas of a contract stand, also of one that nobody has checked yet.
import { isObject, type JsonPath } from './located.ts';

/** Where the keys are names: a `schema` there is what somebody called a thing. */
export const maps = new Set(['paths', 'properties', 'headers', 'schemas', 'parameters', 'responses', 'requestBodies']);

/** Where anything may stand. */
export const values = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** Within a schema: where another one stands, a list of others, and others by name (JSON Schema Core, section 10). */
const one = new Set(['not', 'if', 'then', 'else', 'items', 'contains', 'additionalProperties', 'propertyNames']);
const several = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const named = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs']);

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
    return several.has(keyword) || named.has(keyword) ? membersOf(value, here) : [];
  });
  return [at, ...below];
}

function membersOf(schemas: unknown, at: JsonPath): JsonPath[] {
  return isObject(schemas) ? Object.entries(schemas).flatMap(([key, value]) => within(value, [...at, key])) : [];
}
