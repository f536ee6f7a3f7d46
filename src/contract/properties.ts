// The properties of an object, those of `allOf` among them, and where each stands.
import type { Schema } from './document.ts';
import { type JsonPath, locate } from './located.ts';

/** Nothing is made of so many parts: what is, is part of itself. */
const deepest = 16;

/** The properties of an object's schema, those of `allOf` first, and where each stands. */
export function propertiesOf(document: object, path: JsonPath, depth = 0): Map<string, JsonPath> {
  const found = depth > deepest ? undefined : locate<Schema>(document, path);
  if (found === undefined) return new Map();
  const { at, value } = found;
  const inherited = (value.allOf ?? []).flatMap((_part, index) => [
    ...propertiesOf(document, [...at, 'allOf', index], depth + 1),
  ]);
  const own = Object.keys(value.properties ?? {}).map((name) => [name, [...at, 'properties', name]] as const);
  return new Map([...inherited, ...own]);
}

/** The properties that must be there. */
export function requiredOf(document: object, path: JsonPath, depth = 0): string[] {
  const found = depth > deepest ? undefined : locate<Schema>(document, path);
  if (found === undefined) return [];
  const parts = (found.value.allOf ?? []).flatMap((_part, index) =>
    requiredOf(document, [...found.at, 'allOf', index], depth + 1),
  );
  return [...parts, ...(found.value.required ?? [])];
}
