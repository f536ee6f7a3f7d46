// Which parts of a contract are values, in which anything may stand, and not words of OpenAPI: an example with an `id` names no
// schema, and one with a `$ref` refers to nothing.
import { isObject } from './located.ts';

/** Where other schemas stand by name within one (JSON Schema Core, section 10). */
export const schemaMaps = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs']);

/** Where the keys are names: a `schema` there is what somebody called a thing. */
export const maps = new Set([
  ...schemaMaps,
  ...['paths', 'headers', 'schemas', 'parameters', 'responses', 'requestBodies'],
]);

/** Where anything may stand. */
export const values = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** What no value is held to. */
const asides = new Set(['example', 'examples', 'links']);

/** A copy without examples, for ajv: it takes an `id` in one for the name of a schema, and the same in two for a contradiction. */
export function withoutExamples<Node>(node: Node): Node {
  const visit = (part: unknown, isMap: boolean): unknown => {
    if (Array.isArray(part)) return part.map((member) => visit(member, false));
    if (!isObject(part)) return part;
    const kept = Object.entries(part).filter(([key]) => isMap || !asides.has(key));
    return Object.fromEntries(
      kept.map(([key, value]) => {
        if (!isMap && values.has(key)) return [key, structuredClone(value)];
        return [key, visit(value, !isMap && maps.has(key))];
      }),
    );
  };
  return visit(node, false) as Node; // what is left out is optional
}
