// The properties of an object, those of `allOf` and of what it refers to among them, and where each stands.
import type { Schema } from './document.ts';
import { nodeAt, partsOf } from './located.ts';
import type { JsonPath } from './pointer.ts';

/** Nothing is made of so many parts: what is, is part of itself. */
const deepest = 16;

/** The properties of an object's schema, those of its parts first, and where each stands. */
export function propertiesOf(document: object, path: JsonPath, depth = 0): Map<string, JsonPath> {
  if (depth > deepest) return new Map();
  const { properties }: Schema = nodeAt(document, path);
  const inherited = partsOf(document, path).flatMap((part) => [...propertiesOf(document, part, depth + 1)]);
  const own = Object.keys(properties ?? {}).map((name) => [name, [...path, 'properties', name]] as const);
  return new Map([...inherited, ...own]);
}

/** The properties that must be there. */
export function requiredOf(document: object, path: JsonPath, depth = 0): string[] {
  if (depth > deepest) return [];
  const { required }: Schema = nodeAt(document, path);
  return [...partsOf(document, path).flatMap((part) => requiredOf(document, part, depth + 1)), ...(required ?? [])];
}

/** Whether an object may hold nothing besides its properties. */
export function isClosed(document: object, path: JsonPath, depth = 0): boolean {
  if (depth > deepest) return false;
  const { additionalProperties, unevaluatedProperties } = nodeAt(document, path);
  if (additionalProperties === false || unevaluatedProperties === false) return true;
  return partsOf(document, path).some((part) => isClosed(document, part, depth + 1));
}
