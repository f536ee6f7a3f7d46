// Bodies with exactly one thing wrong: in the JSON value, in the text that it is written in, or in how it is announced.
import fc from 'fast-check';
import type { Described, Draft } from './drafts.ts';
import type { Fault, Faults } from './faults.ts';
import type { JsonSchema, JsonValues } from './json-values.ts';

/** The default of the contract (`BODY_LIMIT`). */
export const bodyLimit = 102_400;

export function bodyFaults(values: JsonValues, { body }: Described): Faults {
  if (body === undefined) return [];
  const schema = values.flat(body);
  return [...valueFaults(values, schema), ...memberFaults(schema), ...textFaults(), ...announcementFaults()];
}

type Members = Record<string, unknown>;

function valueFault(wrong: string, edit: (value: Members) => unknown): Fault {
  return written(wrong, 422, ({ value }) => JSON.stringify(edit(value as Members))); // a body of the contract is an object
}

function written(wrong: string, status: number, text: (draft: Draft) => string | Buffer): Fault {
  return { wrong, status, change: (draft) => ({ ...draft, body: text(draft), value: undefined }) };
}

function valueFaults(values: JsonValues, schema: JsonSchema): Faults {
  const properties = Object.entries(schema.properties ?? {});
  return [
    ...properties.map(([name, property]) =>
      values
        .broken(property)
        .map((value) => valueFault(`the value of ${name}`, (whole) => ({ ...whole, [name]: value }))),
    ),
    ...properties
      .filter(([, property]) => [values.flat(property).type].flat().includes('string'))
      .map(([name]) =>
        fc
          .constantFrom('\0', 'x\0y', '\ud83d', '\udc4d\ud83d', 'x\udc4d')
          .map((text) => valueFault(`${name} with half a character`, (whole) => ({ ...whole, [name]: text }))),
      ),
    fc.constantFrom(null, 1, true, 'x', [], [{}]).map((other) => valueFault('no object', () => other)),
  ];
}

function memberFaults({ properties = {}, required = [], minProperties = 0 }: JsonSchema): Faults {
  const unknown = fc
    .oneof(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'id', 'user_id', 'version', '', '\u202e', 'a/b~c'),
      fc.string(),
    )
    .filter((name) => !Object.hasOwn(properties, name));
  return [
    unknown.map((name) =>
      // Spliced, since `__proto__` as a key of a literal is no key.
      written('an unknown field', 422, ({ value }) => {
        const rest = JSON.stringify(value).slice(1);
        return `{${JSON.stringify(name)}:1${rest === '}' ? '' : ','}${rest}`;
      }),
    ),
    ...required.map((name) => fc.constant(valueFault(`${name} missing`, ({ [name]: _missing, ...rest }) => rest))),
    ...(minProperties > 0 ? [fc.constant(valueFault('no field at all', () => ({})))] : []),
  ];
}

function textFaults(): Faults {
  const invalid = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80]];
  return [
    fc.double({ min: 0, max: 0.99, noNaN: true }).map((at) =>
      written('half a body', 400, ({ value }) => {
        const text = JSON.stringify(value);
        return text.slice(0, Math.floor(at * text.length));
      }),
    ),
    fc
      .constantFrom(
        '',
        ' ',
        '\ufeff{}',
        'NaN',
        "{'a':1}",
        '{"a":1,}',
        '{} {}',
        '{}//',
        '[[[[',
        '{"a":\t"\u0001"}',
        '01',
        '-',
      )
      .map((text) => written('no JSON', 400, () => text)),
    fc
      .constantFrom(...invalid)
      .map((bytes) =>
        written('invalid UTF-8', 400, () =>
          Buffer.concat([Buffer.from('{"x":"'), Buffer.from(bytes), Buffer.from('"}')]),
        ),
      ),
    fc
      .integer({ min: 1, max: 5_000 })
      .map((more) => written('too large', 413, ({ value }) => JSON.stringify(value).padEnd(bodyLimit + more))),
    fc.constantFrom('[', '{"a":').map((open) => written('nested without end', 400, () => open.repeat(10_000))),
  ];
}

function announcementFaults(): Faults {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonp',
    'json',
    '*/*',
    '',
  ];
  const announced = (wrong: string, headers: Record<string, string>): Fault => ({
    wrong,
    status: 415,
    change: (draft) => ({ ...draft, headers: { ...draft.headers, ...headers } }),
  });
  return [
    fc.constantFrom(...types).map((type) => announced('another content type', { 'Content-Type': type })),
    fc
      .constantFrom('gzip', 'br', 'identity', 'x')
      .map((coding) => announced('a content encoding', { 'Content-Encoding': coding })),
  ];
}
