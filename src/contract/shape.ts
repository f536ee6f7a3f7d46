// What a JSON Schema says of one value, with references, `allOf` and the `null` of `oneOf` taken together.
import type { Schema } from './document.ts';
import { nodeAt, partsOf } from './located.ts';
import { type JsonPath, pointerOf } from './pointer.ts';

export interface Shape {
  /** Its JSON types but for `null`. */
  types: string[];
  nullable: boolean;
  format: string | undefined;
  minLength: number | undefined;
  maxLength: number | undefined;
  pattern: string | undefined;
  minimum: number | undefined;
  maximum: number | undefined;
  multipleOf: number | undefined;
  values: unknown[] | undefined;
  default: unknown;
  /** Whether it is one of several, and which one is not known. */
  union: boolean;
}

/**
 * The shape of the schema at a path. `read`: the shapes that it is made of. Each is read once: where every kind of pet is a pet as
 * well, there are more ways from one to the others than can be gone.
 */
export function shapeOf(document: object, path: JsonPath, read = new Map<string, Shape>()): Shape {
  const at = pointerOf(path);
  const known = read.get(at) ?? shapeOfOne({}); // What is part of itself adds nothing.
  if (read.has(at)) return known;
  read.set(at, known);
  const shape = shapeOfAll(document, path, (part) => shapeOf(document, part, read));
  read.set(at, shape);
  return shape;
}

/** What a schema and all that it is made of say together. */
function shapeOfAll(document: object, path: JsonPath, shapeAt: (part: JsonPath) => Shape): Shape {
  const value: Schema = nodeAt(document, path);
  const below = (keyword: 'anyOf' | 'oneOf') =>
    (value[keyword] ?? []).map((_branch, index) => shapeAt([...path, keyword, index]));
  const inherited = partsOf(document, path).map(shapeAt);
  const branches = [...below('oneOf'), ...below('anyOf')];
  const known = branches.filter((branch) => branch.types.length > 0 || !branch.nullable);
  const parts = [shapeOfOne(value), ...inherited, ...(known.length === 1 ? known : [])];
  const merged = parts.reduce(merge);
  const nullable = merged.nullable || branches.some((branch) => branch.nullable);
  return { ...merged, nullable, union: merged.union || known.length > 1 };
}

/** Whether a value has others within it. */
export function isCompound({ types }: Shape): boolean {
  return types.includes('array') || types.includes('object');
}

/**
 * Whether its values or its limits let in an integer that JSON cannot say exactly (RFC 8259, section 6), and PostgreSQL perhaps not
 * hold.
 */
export function isUnbounded({ types, minimum, maximum, values }: Shape): boolean {
  const isListed = values?.every((value) => typeof value !== 'number' || isSafe(value)) === true;
  return types.includes('integer') && !isListed && !(isSafe(minimum) && isSafe(maximum));
}

function isSafe(limit: number | undefined): boolean {
  return limit !== undefined && Math.abs(limit) <= Number.MAX_SAFE_INTEGER;
}

/** Both hold: where they say the same thing differently, the first speaks, for it stands nearer to the value. */
function merge(a: Shape, b: Shape): Shape {
  return {
    types: [...new Set([...a.types, ...b.types])],
    nullable: a.nullable || b.nullable,
    format: a.format ?? b.format,
    minLength: a.minLength ?? b.minLength,
    maxLength: a.maxLength ?? b.maxLength,
    pattern: a.pattern ?? b.pattern,
    minimum: a.minimum ?? b.minimum,
    maximum: a.maximum ?? b.maximum,
    multipleOf: a.multipleOf ?? b.multipleOf,
    values: a.values ?? b.values,
    default: a.default ?? b.default,
    union: a.union || b.union,
  };
}

function shapeOfOne({
  type,
  nullable,
  format,
  minLength,
  maxLength,
  pattern,
  minimum,
  maximum,
  multipleOf,
  enum: values,
  ...rest
}: Schema): Shape {
  const types = type === undefined ? (values ?? []).map(typeOf) : [type].flat();
  return {
    types: [...new Set(types.filter((name) => name !== 'null'))],
    nullable: nullable === true || types.includes('null'),
    format,
    minLength,
    maxLength,
    pattern,
    minimum,
    maximum,
    multipleOf,
    values: values?.filter((value) => value !== null),
    default: rest.default,
    union: false,
  };
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
