// Values made from the schemas of the contract: those that keep them, and those that break them in one place.
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import type { Contract } from '../../src/contract/contract.ts';
import { followed } from '../support/contract-check.ts';

/** As much of JSON Schema as values are made from here; the rest is left to the filter at the end. */
export interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  allOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}

export interface JsonValues {
  /** Any value that keeps the schema. */
  valid(schema: JsonSchema): fc.Arbitrary<unknown>;
  /** Any value that breaks the schema. */
  broken(schema: JsonSchema): fc.Arbitrary<unknown>;
  keeps(schema: JsonSchema, value: unknown): boolean;
  /** The schema with its references followed and its `allOf` drawn together. */
  flat(schema: JsonSchema): JsonSchema;
}

export function jsonValues(contract: Contract): JsonValues {
  const keeps = schemaCheck(contract);
  const flat = (schema: JsonSchema): JsonSchema => {
    const { allOf = [], ...own } = followed(contract, schema);
    return Object.assign({}, ...allOf.map(flat), own);
  };
  const valid = (schema: JsonSchema): fc.Arbitrary<unknown> => {
    const whole = flat(schema);
    return candidates(whole, valid).filter((value) => keeps(whole, value));
  };
  const broken = (schema: JsonSchema) => {
    const whole = flat(schema);
    return fc
      .oneof(...(whole.oneOf ?? [whole]).map((branch: JsonSchema) => misfits(flat(branch))))
      .filter((value) => !keeps(whole, value));
  };
  return { valid, broken, keeps, flat };
}

function schemaCheck({ document: { components } }: Contract) {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const compiled = new WeakMap<object, (value: object) => boolean>();
  return (schema: JsonSchema, value: unknown): boolean => {
    const known = compiled.get(schema);
    const check = known ?? ajv.compile({ properties: { value: schema }, components });
    if (known === undefined) compiled.set(schema, check);
    return check({ value });
  };
}

type Valid = (schema: JsonSchema) => fc.Arbitrary<unknown>;

function candidates(schema: JsonSchema, valid: Valid): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches !== undefined) return fc.oneof(...branches.map(valid));
  const types = [schema.type ?? 'null'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, valid)));
}

function ofType(type: string, schema: JsonSchema, valid: Valid): fc.Arbitrary<unknown> {
  const { minimum = -1_000_000, maximum = 1_000_000, minItems = 0, maxItems = 5 } = schema;
  if (type === 'string') return strings(schema);
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum });
  if (type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true }).map((value) => value + 0);
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(valid(schema.items ?? {}), { minLength: minItems, maxLength: maxItems });
  if (type === 'object') return objects(schema, valid);
  return fc.constant(null);
}

function objects({ properties = {}, required = [] }: JsonSchema, valid: Valid): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => [name, valid(schema)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: required, noNullPrototype: true });
}

function strings({ format, pattern, minLength = 0, maxLength = 2_000 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return moments;
  // An anchored pattern says how the whole text is built; another only asks for something in it.
  if (pattern?.startsWith('^')) return fc.stringMatching(new RegExp(pattern)).filter((s) => s.length <= maxLength);
  return text(minLength, maxLength);
}

/** One Unicode character: plain, or of a kind that something between here and the table might spoil. */
const character = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...'😀👍🏽é\u0301ßİıא\u05d0\u202e\u200d\ufeff\u00a0\u2028\u0001\u001f\t\r\n\\"\'%_\uffff',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 0x10ffff })
      .map((code) => (code >= 0xd800 && code <= 0xdfff ? '\ue000' : String.fromCodePoint(code))),
  },
);

/** Lengths count characters, so both limits are met exactly now and then. */
export function text(min: number, max: number): fc.Arbitrary<string> {
  const of = (minLength: number, maxLength: number) => fc.string({ unit: character, minLength, maxLength });
  return fc.oneof(
    { weight: 10, arbitrary: of(min, Math.max(min, Math.min(max, 20))) },
    { weight: 1, arbitrary: of(min, max) },
    { weight: 1, arbitrary: fc.tuple(character, fc.constantFrom(min, max)).map(([one, length]) => one.repeat(length)) },
  );
}

const day = 86_400_000;

/** Moments from the first to the last day, in any offset, with up to nine digits of a second. */
const moments: fc.Arbitrary<string> = fc
  .record({
    at: fc.integer({ min: Date.parse('0001-01-02T00:00:00Z'), max: Date.parse('9999-12-30T23:59:59Z') }),
    offset: fc.option(fc.integer({ min: -day / 60_000 + 1, max: day / 60_000 - 1 }), { nil: 0 }),
    fraction: fc.option(fc.stringMatching(/^\.\d{1,9}$/), { nil: '' }),
  })
  .map(({ at, offset, fraction }) => {
    const local = new Date(at + offset * 60_000).toISOString().slice(0, 19);
    const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
    const zone = `${offset < 0 ? '-' : '+'}${[hours, minutes].map((part) => String(part).padStart(2, '0')).join(':')}`;
    return `${local}${fraction}${offset === 0 ? 'Z' : zone}`;
  });

const foreign = [null, true, 0, 1, -1, 1.5, 1e300, '', ' ', '\u2003\n', 'true', '1', 'null', [], {}, [1], { a: 1 }];
const badMoments = [
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01',
  '2026-01-01T00:00:00',
  '2026-01-01 00:00:00Z',
  '2026-01-01T00:00:00+24:00',
  '-0001-01-01T00:00:00Z',
  '+12026-01-01T00:00:00Z',
  '2026-01-01T00:00:00Zjunk',
  'now',
  'infinity',
];

/** Values of which most break the schema: of another type, or just beyond a limit. */
function misfits(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { minLength, maxLength, minimum, maximum } = schema;
  const beyond: fc.Arbitrary<unknown>[] = [];
  if (maxLength !== undefined) beyond.push(text(maxLength + 1, maxLength + 50));
  if (minLength !== undefined && minLength > 0) beyond.push(text(0, minLength - 1));
  if (minimum !== undefined) beyond.push(fc.constantFrom(minimum - 1, -minimum - 1, minimum - 1e15));
  if (maximum !== undefined) beyond.push(fc.constantFrom(maximum + 1, maximum * 10 + 1, 1e300));
  if (schema.format === 'date-time') beyond.push(fc.constantFrom(...badMoments));
  return fc.oneof(fc.constantFrom(...foreign), fc.string(), ...beyond, ...beyond);
}
