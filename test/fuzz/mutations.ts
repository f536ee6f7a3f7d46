// Damage done to the bytes of a request that was fine: flipped, cut, repeated, or with something in between.
import fc from 'fast-check';
import { bytesOf, type Message } from './wire.ts';

/** Where a request is damaged. The framing stays whole unless it is damaged `anywhere`. */
export type Where = 'target' | 'header' | 'body' | 'anywhere';

interface Edit {
  /** Where in the bytes, from 0 to 1. */
  at: number;
  kind: 'flip' | 'insert' | 'remove' | 'repeat' | 'replace';
  size: number;
  bytes: Buffer;
}

export interface Mutation {
  where: Where;
  edits: Edit[];
}

const deep = 3_000;
const morsels = [
  ...['\0', '%00', '%', '%zz', '%ff', '%ed%a0%80', '%2F', '%2e%2e', '\xff', '\xc0\x80', '\xed\xa0\x80', '\xef\xbb\xbf'],
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\t',
    ' ',
    '\x01',
    '\x7f',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '&',
    '=',
    '#',
    '?',
    ';',
    '+',
  ],
  ...[
    '/',
    '//',
    '../',
    'null',
    'true',
    '{}',
    '[]',
    '""',
    '-',
    '-0',
    '0x10',
    '1e400',
    '1E5',
    '.5',
    '9'.repeat(400),
    '9007199254740993',
  ],
  ...[
    '"__proto__":{"x":1},',
    '"constructor":1,',
    '"toString":null,',
    '__proto__',
    '"\\u0000"',
    '\\ud800',
    '\\u0000',
    '\\x',
  ],
  ...[
    '['.repeat(deep),
    '{"a":'.repeat(deep),
    '"a":1,"a":2,',
    '*',
    'W/',
    '"1"',
    '\xe2\x80\xae',
    '\xf0\x9f\x98\x80',
    "' or 1=1 --",
    '$1',
    '??',
  ],
];

const edits: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('flip', 'insert', 'remove', 'repeat', 'replace'),
  size: fc.nat({ max: 12 }),
  bytes: fc.oneof(
    fc.constantFrom(...morsels).map((morsel) => Buffer.from(morsel, 'latin1')),
    fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  ),
});

export const mutations = (hasBody: boolean): fc.Arbitrary<Mutation> =>
  fc.record({
    where: fc.constantFrom<Where>(
      'target',
      'header',
      'anywhere',
      ...(hasBody ? ['body' as const, 'body' as const] : []),
    ),
    edits: fc.array(edits, { minLength: 1, maxLength: 3 }),
  });

/** The bytes of the request after the damage. It asks for a connection of its own, whatever becomes of it. */
export function mutated(message: Message, { where, edits }: Mutation): { bytes: Buffer; body: Buffer | undefined } {
  const damaged = (bytes: Buffer) => edits.reduce(edited, bytes);
  const inText = (text: string) => damaged(Buffer.from(text, 'latin1')).toString('latin1');
  const { target, headers, body } = message;
  const last = headers.length - 1;
  const changed = {
    ...message,
    ...(where === 'target' && { target: inText(target) }),
    ...(where === 'header' && {
      headers: headers.map(([name, value], i) =>
        i === last ? headerOf(inText(`${name}: ${value}`)) : [name, value],
      ) as Message['headers'],
    }),
    ...(where === 'body' && body !== undefined && { body: damaged(body) }),
  };
  const bytes = bytesOf({ ...changed, headers: [['Connection', 'close'], ...changed.headers] });
  return { bytes: where === 'anywhere' ? damaged(bytes) : bytes, body: where === 'body' ? changed.body : undefined };
}

function headerOf(line: string): [string, string] {
  const [name = '', ...value] = line.split(': ');
  return [name, value.join(': ')];
}

function edited(bytes: Buffer, { at, kind, size, bytes: morsel }: Edit): Buffer {
  const start = Math.min(Math.floor(at * bytes.length), bytes.length);
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)];
  if (kind === 'insert') return Buffer.concat([before, morsel, after]);
  if (kind === 'remove') return Buffer.concat([before, after.subarray(size + 1)]);
  if (kind === 'replace') return Buffer.concat([before, morsel, after.subarray(size + 1)]);
  if (kind === 'repeat') return Buffer.concat([before, ...Array(size + 1).fill(after.subarray(0, size + 1)), after]);
  const flipped = Buffer.from(bytes);
  if (start < flipped.length) flipped[start] = (flipped[start] ?? 0) ^ (1 << (size % 8));
  return flipped;
}
