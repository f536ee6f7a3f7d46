// Walks a contract that nobody has checked yet: what stands at a path, where it really stands, and nothing where it leads nowhere.
import { methods } from './document.ts';
import { type JsonPath, stepsOf } from './pointer.ts';

/** A node and the place where it stands, once references are followed. */
export interface Located<T> {
  at: JsonPath;
  value: T;
}

/** What stands at a path; undefined when it is not an object, or a reference leads nowhere or in a circle. */
export function locate<T extends object>(document: object, path: JsonPath): Located<T> | undefined {
  const seen = new Set<string>();
  for (let at = path; ; ) {
    const value = valueAt(document, at);
    if (!isObject(value)) return undefined;
    const { $ref } = value;
    if (typeof $ref !== 'string') return { at, value: value as T }; // as much of it as is looked at is optional
    if (seen.has($ref) || !$ref.startsWith('#/')) return undefined;
    seen.add($ref);
    at = stepsOf($ref);
  }
}

/** What stands at a path as it stands there: a reference stays one. */
export function nodeAt(document: object, path: JsonPath): Record<string, unknown> {
  const value = valueAt(document, path);
  return isObject(value) ? value : {};
}

/** Whether anything stands at a path. */
export function isThere(document: object, path: JsonPath): boolean {
  return valueAt(document, path) !== undefined;
}

function valueAt(document: object, path: JsonPath): unknown {
  return path.reduce<unknown>((node, step) => (isObject(node) ? node[step] : undefined), document);
}

/** Where the operations of a contract stand. */
export function operationsIn(document: object): JsonPath[] {
  return Object.keys(nodeAt(document, ['paths'])).flatMap((path) =>
    methods.map((method) => ['paths', path, method]).filter((at) => locate(document, at) !== undefined),
  );
}

/** Where the rest of a schema stands: what `allOf` lists, and what it refers to, for a reference can have siblings. */
export function partsOf(document: object, path: JsonPath): JsonPath[] {
  const { allOf, $ref } = nodeAt(document, path);
  const listed = Array.isArray(allOf) ? allOf.map((_part, index) => [...path, 'allOf', index]) : [];
  return typeof $ref === 'string' && $ref.startsWith('#/') ? [...listed, stepsOf($ref)] : listed;
}

/** The name of the schema that a node refers to: `Note` for `#/components/schemas/Note`. What is elsewhere, or within one, has none. */
export function schemaName(node: unknown): string | undefined {
  const { $ref } = isObject(node) ? node : {};
  return typeof $ref === 'string' ? /^#\/components\/schemas\/([^/]+)$/.exec($ref)?.[1] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Goes down from a path step by step, and follows the references on the way. */
export function descend<T extends object>(
  document: object,
  path: JsonPath,
  ...steps: string[]
): Located<T> | undefined {
  return steps.reduce<Located<T> | undefined>(
    (found, step) => found && locate(document, [...found.at, step]),
    locate(document, path),
  );
}
