// The parameters of an operation, with their references followed: its own, and those of its path.
import type { ParameterObject, Schema } from './document.ts';
import { locate } from './located.ts';
import type { JsonPath } from './pointer.ts';
import { type Shape, shapeOf } from './shape.ts';

/** A parameter, where it stands, with its schema in place, and what that says of its value. */
export type Parameter = Omit<ParameterObject, 'schema'> & { at: JsonPath; schema: Schema; shape: Shape };

/** The parameters of the operation that stands at a path, as far as they can be followed. */
export function parametersOf(document: object, operation: JsonPath): Parameter[] {
  const all = [operation.slice(0, -1), operation].flatMap((place) => {
    const { parameters } = locate<{ parameters?: unknown }>(document, place)?.value ?? {};
    return (Array.isArray(parameters) ? parameters : []).flatMap((_parameter, index): Parameter[] => {
      const found = locate<ParameterObject>(document, [...place, 'parameters', index]);
      if (found === undefined) return [];
      const { at, value } = found;
      const schema = [...at, 'schema'];
      const described = { schema: locate<Schema>(document, schema)?.value ?? {}, shape: shapeOf(document, schema) };
      return [{ ...value, at, ...described }];
    });
  });
  return inForce(all, (parameter) => parameter);
}

/**
 * What holds of the parameters of a path and, after them, of one of its operations: those of the operation override the others
 * (OpenAPI 3.1, section 4.8.9.1).
 */
export function inForce<T>(all: T[], parameterOf: (one: T) => Pick<ParameterObject, 'name' | 'in'>): T[] {
  return [...new Map(all.map((one) => [parameterKey(parameterOf(one)), one])).values()];
}

/** How two parameters are known to be the same; the letter case of a header does not matter (RFC 9110, section 5.1). */
export function parameterKey({ in: place, name }: Pick<ParameterObject, 'name' | 'in'>): string {
  return `${place} ${place === 'header' ? String(name).toLowerCase() : name}`;
}
