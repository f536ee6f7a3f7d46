// Says what a schema admits, however it is written: references followed, `allOf` merged, `null` folded into the type.

/** A JSON Schema (2020-12) as far as its keywords are compared; any other is compared as text. */
interface Schema {
  [keyword: string]: unknown;
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  allOf?: SubSchema[];
  oneOf?: SubSchema[];
  anyOf?: SubSchema[];
  properties?: Record<string, SubSchema>;
  required?: string[];
  additionalProperties?: SubSchema;
  items?: SubSchema;
  prefixItems?: SubSchema[];
}
export type SubSchema = Schema | boolean;

export type Resolve = <T>(node: T | { $ref: string }) => T;

/** One of the alternatives of a schema: the subschemas that a value must all satisfy, or null if that is welcome, too. */
export interface Variant {
  schemas: Schema[];
  orNull: boolean;
}

/** The alternatives of a schema, one unless `oneOf` or `anyOf` offers several (`null` does not count as one). */
export function variantsOf(schema: SubSchema, resolve: Resolve, within: readonly SubSchema[] = []): Variant[] {
  if (schema === true) return [{ schemas: [], orNull: false }];
  if (schema === false) return [{ schemas: [nothing], orNull: false }];
  // A schema that names itself, without a property or an item in between, adds nothing to what it says.
  if (within.includes(schema)) return [{ schemas: [], orNull: false }];
  const variants = (part: SubSchema) => variantsOf(part, resolve, [...within, schema]);
  const { $ref, allOf = [], oneOf, anyOf, ...own } = schema;
  const parts = [
    [{ schemas: Object.keys(own).length > 0 ? [schema] : [], orNull: false }],
    ...($ref === undefined ? [] : [variants(resolve<SubSchema>({ $ref }))]),
    ...allOf.map(variants),
    ...[oneOf, anyOf].flatMap((list) => (list === undefined ? [] : [foldNull(list.flatMap(variants))])),
  ];
  return parts.reduce((all, part) => all.flatMap((a) => part.map((b) => both(a, b))));
}

/** The JSON types that a variant admits; `number` includes `integer`. */
export function typesOf({ schemas, orNull }: Variant): string[] {
  const types = schemas.map(ownTypes).reduce((all, own) => all.filter((type) => own.includes(type)), everyType);
  return orNull && !types.includes('null') ? [...types, 'null'] : types;
}

/** The values that `enum` or `const` leaves, as JSON, without `null`; undefined when there is no such limit. */
export function valuesOf({ schemas }: Variant): string[] | undefined {
  const lists = schemas.flatMap(ownValues).map((values) => values.map((value) => JSON.stringify(value)));
  if (lists.length === 0) return undefined;
  return lists
    .reduce((all, values) => all.filter((value) => values.includes(value)))
    .filter((value) => value !== 'null');
}

/** What a variant says of each property by its name; what several subschemas say of one is merged. */
export function propertiesOf({ schemas }: Variant): Map<string, SubSchema> {
  const properties = new Map<string, SubSchema>();
  for (const [name, schema] of schemas.flatMap((part) => Object.entries(part.properties ?? {}))) {
    const known = properties.get(name);
    properties.set(name, known === undefined ? schema : { allOf: [known, schema] });
  }
  return properties;
}

/** What a variant says of a place that has one schema, `items` or `additionalProperties`; undefined when nothing. */
export function subSchemaOf({ schemas }: Variant, keyword: 'items' | 'additionalProperties'): SubSchema | undefined {
  const found = schemas.flatMap<SubSchema>((schema) => schema[keyword] ?? []);
  if (found.includes(false)) return false;
  return found.length > 1 ? { allOf: found } : found[0];
}

/** Every value of a keyword in a variant. */
export function valuesAt({ schemas }: Variant, keyword: string): unknown[] {
  return schemas.flatMap((schema) => (schema[keyword] === undefined ? [] : [schema[keyword]]));
}

const nothing: Schema = { type: [] };
const everyType = ['boolean', 'object', 'array', 'number', 'integer', 'string', 'null'];

function foldNull(variants: Variant[]): Variant[] {
  const isNull = (variant: Variant) => typesOf(variant).join() === 'null';
  const others = variants.filter((variant) => !isNull(variant));
  if (others.length === 0 || others.length === variants.length) return variants;
  return others.map((variant) => ({ ...variant, orNull: true }));
}

function both(a: Variant, b: Variant): Variant {
  const orNull = (a.orNull || b.orNull) && [a, b].every((variant) => typesOf(variant).includes('null'));
  return { schemas: [...a.schemas, ...b.schemas], orNull };
}

function ownTypes(schema: Schema): string[] {
  const types = [schema.type ?? everyType].flat().flatMap((type) => (type === 'number' ? [type, 'integer'] : type));
  const ofValues = ownValues(schema).map((values) => values.flatMap(typesOfValue));
  return ofValues.reduce((all, own) => all.filter((type) => own.includes(type)), types);
}

function ownValues(schema: Schema): unknown[][] {
  return [...(schema.enum === undefined ? [] : [schema.enum]), ...('const' in schema ? [[schema.const]] : [])];
}

function typesOfValue(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return [Number.isInteger(value) ? 'integer' : typeof value];
}
