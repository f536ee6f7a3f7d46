// What breaks the clients of a released contract in a schema: a table of changes, each from the side that sends and the one
// that receives.
import { describe, expect, it } from 'vitest';
import { breakingChanges } from '../../src/cli/breaking-changes/breaking-changes.ts';
import type { Document } from '../../src/cli/breaking-changes/document.ts';
import type { SubSchema } from '../../src/cli/breaking-changes/variants.ts';
import { answering, contract, findings, nullable, number, object, sending, text } from '../support/contracts.ts';

describe('a schema', () => {
  /** The change, the schema before and after, what breaks who sends it, and what breaks who receives it. */
  const changes: [string, SubSchema, SubSchema, string[], string[]][] = [
    ['another type', text, number, ...everywhere('type changed from string to integer')],
    ['a narrower type', { type: 'number' }, number, ['type changed from number to integer'], []],
    ['a wider type', number, { type: 'number' }, [], ['type changed from integer to number']],
    ['any type instead of one', text, {}, [], ['type changed from string to any']],
    ['one type instead of any', {}, text, ['type changed from any to string'], []],
    ['null no longer', nullable, text, ['null is no longer accepted'], []],
    ['null as well', text, nullable, [], ['may now be null']],
    ['null as a variant', text, { oneOf: [text, { type: 'null' }] }, [], ['may now be null']],
    ['null written in another way', nullable, { anyOf: [text, { type: 'null' }] }, [], []],
    ['a value less', { enum: ['a', 'b'] }, { enum: ['a'] }, ['value "b" is no longer accepted'], ['value "b" removed']],
    ['a value more', { enum: ['a'] }, { enum: ['a', 'b'] }, [], ['value "b" added']],
    ['values that limit it', text, { type: 'string', enum: ['a', 'b'] }, ['limited to "a", "b"'], []],
    ['no values that limit it', { type: 'string', enum: ['a'] }, text, [], ['no longer limited to "a"']],
    [
      'another constant',
      { const: '/docs#a' },
      { const: '/docs#b' },
      ...everywhere('constant changed from "/docs#a" to "/docs#b"'),
    ],
    ['a constant written as an enum', { const: 'a' }, { type: 'string', enum: ['a'] }, [], []],
    ['a lower maxLength', { maxLength: 200 }, { maxLength: 100 }, ['maxLength narrowed from 200 to 100'], []],
    ['a higher maxLength', { maxLength: 100 }, { maxLength: 200 }, [], []],
    ['a first maxLength', text, { ...text, maxLength: 100 }, ['maxLength 100 added'], []],
    ['no maxLength', { ...text, maxLength: 100 }, text, [], []],
    ['a higher minLength', { minLength: 1 }, { minLength: 2 }, ['minLength narrowed from 1 to 2'], []],
    ['a minLength of 0', text, { ...text, minLength: 0 }, [], []],
    ['a lower maximum', { maximum: 100 }, { maximum: 50 }, ['maximum narrowed from 100 to 50'], []],
    ['a first minimum', number, { ...number, minimum: 0 }, ['minimum 0 added'], []],
    ['a higher minimum', { minimum: 0 }, { minimum: 1 }, ['minimum narrowed from 0 to 1'], []],
    ['an exclusiveMaximum', number, { ...number, exclusiveMaximum: 9 }, ['exclusiveMaximum 9 added'], []],
    ['an exclusiveMinimum', number, { ...number, exclusiveMinimum: -1 }, ['exclusiveMinimum -1 added'], []],
    ['a lower maxItems', { maxItems: 10 }, { maxItems: 5 }, ['maxItems narrowed from 10 to 5'], []],
    ['a first minItems', { type: 'array' }, { type: 'array', minItems: 1 }, ['minItems narrowed from 0 to 1'], []],
    ['a lower maxProperties', { maxProperties: 2 }, { maxProperties: 1 }, ['maxProperties narrowed from 2 to 1'], []],
    ['a first minProperties', {}, { minProperties: 1 }, ['minProperties narrowed from 0 to 1'], []],
    ['a first pattern', text, { ...text, pattern: '\\S' }, ['pattern \\S added'], []],
    ['another pattern', { pattern: 'a' }, { pattern: 'b' }, ['pattern changed from a to b'], []],
    ['no pattern', { pattern: 'a' }, {}, [], []],
    ['multipleOf', number, { ...number, multipleOf: 2 }, ['multipleOf 2 added'], []],
    ['unique items', {}, { uniqueItems: true }, ['uniqueItems true added'], []],
    ['items that need not be unique, said', {}, { uniqueItems: false }, [], []],
    ['a first format', text, { ...text, format: 'date-time' }, ['format date-time added'], []],
    [
      'another format',
      { format: 'date-time' },
      { format: 'date' },
      ...everywhere('format changed from date-time to date'),
    ],
    ['no format', { format: 'date' }, {}, [], ['format date removed']],
    ['another default', { default: 50 }, { default: 20 }, ['default changed from 50 to 20'], []],
    ['a first default', {}, { default: false }, ['default false added'], []],
    ['no default', { default: 50 }, {}, ['default 50 removed'], []],
    ['a field less', object({ a: text, b: text }), object({ a: text }), ...everywhere('/b: removed')],
    ['an optional field more', object({}), object({ a: text }), [], []],
    ['a required field more', object({}), object({ a: text }, { required: ['a'] }), ['/a: newly required'], []],
    [
      'a field that is required now',
      object({ a: text }),
      object({ a: text }, { required: ['a'] }),
      ['/a: newly required'],
      [],
    ],
    [
      'a field that is optional now',
      object({ a: text }, { required: ['a'] }),
      object({ a: text }),
      [],
      ['/a: may now be absent'],
    ],
    [
      'a required field that is gone',
      object({ a: text }, { required: ['a'] }),
      object({}),
      ...everywhere('/a: removed'),
    ],
    ['a required field that nothing describes', {}, { required: ['a'] }, ['/a: newly required'], []],
    [
      'a field deep down',
      object({ a: object({ b: text }) }),
      object({ a: object({ b: number }) }),
      ...everywhere('/a/b: type changed from string to integer'),
    ],
    [
      'a field that becomes readOnly',
      object({ a: text }),
      object({ a: { ...text, readOnly: true } }),
      ['/a: removed'],
      [],
    ],
    [
      'a field that becomes writeOnly',
      object({ a: text }),
      object({ a: { ...text, writeOnly: true } }),
      [],
      ['/a: removed'],
    ],
    ['no further fields', {}, { additionalProperties: false }, ['/*: further properties are no longer allowed'], []],
    ['further fields', { additionalProperties: false }, {}, [], []],
    ['further fields of a type', { additionalProperties: false }, { additionalProperties: text }, [], []],
    [
      'no further fields in one of allOf',
      {},
      { allOf: [{ additionalProperties: text }, { additionalProperties: false }] },
      ['/*: further properties are no longer allowed'],
      [],
    ],
    [
      'no further fields in a map',
      { additionalProperties: text },
      { additionalProperties: false },
      ...everywhere('/*: further properties are no longer allowed'),
    ],
    [
      'other further fields',
      { additionalProperties: text },
      { additionalProperties: number },
      ...everywhere('/*: type changed from string to integer'),
    ],
    ['narrower further fields', {}, { additionalProperties: text }, ['/*: type changed from any to string'], []],
    ['other items', { items: text }, { items: nullable }, [], ['/*: may now be null']],
    ['items of one type instead of any', {}, { items: text }, ['/*: type changed from any to string'], []],
    [
      'another place in a tuple',
      { prefixItems: [text, text] },
      { prefixItems: [text, number] },
      ...everywhere('/1: type changed from string to integer'),
    ],
    ['a variant less', { oneOf: [text, number] }, { oneOf: [text] }, ['variant 2 is no longer accepted'], []],
    ['a variant more', { anyOf: [text] }, { anyOf: [text, number] }, [], ['variant 2 is new or wider']],
    ['variants in another order', { oneOf: [text, number] }, { oneOf: [number, text] }, [], []],
    ['limits spread over allOf', { type: 'string', maxLength: 9 }, { allOf: [text, { maxLength: 9 }] }, [], []],
    [
      'a field narrowed in allOf',
      { allOf: [object({ a: text })] },
      { allOf: [object({ a: text }), object({ a: { maxLength: 9 } })] },
      ['/a: maxLength 9 added'],
      [],
    ],
    ['nothing any more', text, false, ['type changed from string to nothing'], []],
    ['a keyword that no rule can judge', {}, { not: text }, ...everywhere('not changed, which may break clients')],
    ['a description', text, { ...text, description: 'Words', example: 'x', title: 'T' }, [], []],
  ];

  it.each(changes)('%s, where a client sends it', (_change, before, after, expected) => {
    expect(findings(sending(before), sending(after))).toEqual(expected.map((finding) => at('request body', finding)));
  });

  it.each(changes)('%s, where a client receives it', (_change, before, after, _sent, expected) => {
    expect(findings(answering(before), answering(after))).toEqual(
      expected.map((finding) => at('response 200 body', finding)),
    );
  });

  it('is compared behind references, also when it contains itself', () => {
    const tree = (leaf: SubSchema): Document => ({
      ...contract({
        ...sending({ $ref: '#/components/schemas/Tree' }),
        ...answering({ $ref: '#/components/schemas/Tree' }),
      }),
      components: {
        schemas: {
          Tree: { allOf: [{ $ref: '#/components/schemas/Node' }], properties: { leaf } },
          Node: object({ children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }),
        },
      },
    });
    expect(breakingChanges(tree(text), tree({ ...text, maxLength: 5 }))).toEqual([
      'PUT /things/{id}: request body /leaf: maxLength 5 added',
    ]);
    expect(breakingChanges(tree(text), tree(nullable))).toEqual([
      'PUT /things/{id}: response 200 body /leaf: may now be null',
    ]);
  });

  it('may name itself in allOf', () => {
    const value = (schema: SubSchema): Document => ({
      ...contract(sending({ $ref: '#/components/schemas/Value' })),
      components: { schemas: { Value: { allOf: [schema, { $ref: '#/components/schemas/Value' }] } } },
    });
    expect(breakingChanges(value(text), value(text))).toEqual([]);
    expect(breakingChanges(value(text), value(number))).toEqual([
      'PUT /things/{id}: request body: type changed from string to integer',
    ]);
  });

  function everywhere(finding: string): [string[], string[]] {
    return [[finding], [finding]];
  }

  function at(place: string, finding: string): string {
    return finding.startsWith('/') ? `${place} ${finding}` : `${place}: ${finding}`;
  }
});
