// The properties of an object, those of `allOf` and of what it refers to among them, and where each stands.
import type { Schema } from './document.ts';
import { nodeAt, partsOf } from './located.ts';
import { type JsonPath, pointerOf } from './pointer.ts';
import { shapeOf } from './shape.ts';

/** Nothing is made of so many parts: what is, is part of itself. */
const deepest = 16;

/** The properties of an object's schema, those of its parts first, and where each stands. */
export function propertiesOf(document: object, path: JsonPath): Map<string, JsonPath> {
  return new Map(placesIn(document, path));
}

/** The properties of which several parts of a schema say something, and not the same: each holds a value to what it says. */
export function dividedIn(document: object, path: JsonPath): { name: string; at: JsonPath; other: JsonPath }[] {
  const first = new Map<string, JsonPath>();
  return placesIn(document, path).flatMap(([name, at]) => {
    const other = first.get(name);
    first.set(name, other ?? at);
    if (other === undefined || pointerOf(other) === pointerOf(at)) return [];
    const says = (place: JsonPath) => JSON.stringify(shapeOf(document, place));
    return says(other) === says(at) ? [] : [{ name, at, other }];
  });
}

function placesIn(document: object, path: JsonPath, depth = 0): [name: string, at: JsonPath][] {
  if (depth > deepest) return [];
  const { properties }: Schema = nodeAt(document, path);
  const inherited = partsOf(document, path).flatMap((part) => placesIn(document, part, depth + 1));
  return [
    ...inherited,
    ...Object.keys(properties ?? {}).map((name): [string, JsonPath] => [name, [...path, 'properties', name]]),
  ];
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
  const { additionalProperties, unevaluatedProperties, patternProperties } = nodeAt(document, path);
  const isBounded = additionalProperties === false || unevaluatedProperties === false;
  if (isBounded && patternProperties === undefined) return true;
  return partsOf(document, path).some((part) => isClosed(document, part, depth + 1));
}
