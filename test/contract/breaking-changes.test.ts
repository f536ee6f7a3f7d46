// What breaks the clients of a released contract around its schemas: operations, parameters, bodies, answers, access.
import { describe, expect, it } from 'vitest';
import { breakingChanges } from '../../src/cli/breaking-changes/breaking-changes.ts';
import type { Document, Operation, Parameter } from '../../src/cli/breaking-changes/document.ts';
import type { SubSchema } from '../../src/cli/breaking-changes/variants.ts';
import { answering, contract, findings, json, number, object, sending, text } from '../support/contracts.ts';

describe('a parameter', () => {
  const query = (more: Partial<Parameter> = {}): Operation => ({
    parameters: [{ name: 'q', in: 'query', schema: text, ...more }],
  });

  it.each<[string, Operation, Operation, string[]]>([
    ['that is gone', query(), {}, ['query parameter q: removed']],
    ['that is new', {}, query(), []],
    ['that is new and required', {}, query({ required: true }), ['query parameter q: new and required']],
    ['that is required now', query(), query({ required: true }), ['query parameter q: newly required']],
    ['that is optional now', query({ required: true }), query(), []],
    [
      'with a narrower schema',
      query(),
      query({ schema: { ...text, maxLength: 9 } }),
      ['query parameter q: maxLength 9 added'],
    ],
    [
      'with another default',
      query({ schema: { default: 'a' } }),
      query({ schema: { default: 'b' } }),
      ['query parameter q: default changed from a to b'],
    ],
    [
      'in another style',
      query(),
      query({ style: 'pipeDelimited' }),
      ['query parameter q: written in another way (style, explode or content)'],
    ],
    [
      'as JSON',
      query(),
      query({ content: json(text) }),
      ['query parameter q: written in another way (style, explode or content)'],
    ],
    [
      'that excludes another',
      query(),
      query({ 'x-not-with': 'cursor' }),
      ['query parameter q: not with cursor any more'],
    ],
    [
      'that sorts by another column, or the other way round',
      query({ 'x-sort': { age: { column: 'made', order: 'asc' }, name: { column: 'name', order: 'asc' } } }),
      query({ 'x-sort': { age: { column: 'changed', order: 'asc' }, name: { column: 'name', order: 'desc' } } }),
      [
        'query parameter q: x-sort age changed from column "made", order "asc" to column "changed", order "asc"',
        'query parameter q: x-sort name changed from column "name", order "asc" to column "name", order "desc"',
      ],
    ],
    [
      'that sorts by more, and says it in another order',
      query({ 'x-sort': { name: { column: 'name', order: 'asc' } } }),
      query({ 'x-sort': { age: { column: 'made', order: 'asc' }, name: { order: 'asc', column: 'name' } } }),
      [],
    ],
    [
      'that does not sort by something any more',
      query({ 'x-sort': { age: { column: 'made', order: 'asc' }, name: { column: 'name', order: 'asc' } } }),
      query({ 'x-sort': { name: { column: 'name', order: 'asc' } } }),
      ['query parameter q: x-sort age removed'],
    ],
    [
      'that filters by another value, by more or by nothing',
      query({ 'x-filter': { done: { done: true }, late: { late: true }, old: { age: 9 } } }),
      query({ 'x-filter': { done: { done: 'true' }, late: { late: true, done: false } } }),
      [
        'query parameter q: x-filter done changed from done true to done "true"',
        'query parameter q: x-filter late changed from late true to done false, late true',
        'query parameter q: x-filter old removed',
      ],
    ],
    [
      'that filters by a further value',
      query({ 'x-filter': { done: { done: true } } }),
      query({ 'x-filter': { done: { done: true }, late: { late: true } } }),
      [],
    ],
    [
      'that filters by conditions instead of its column',
      query({ 'x-filter': true }),
      query({ 'x-filter': { done: { done: true } } }),
      ['query parameter q: x-filter changed from true to conditions'],
    ],
    ['that filters no longer', query({ 'x-filter': true }), query(), ['query parameter q: x-filter removed']],
    [
      'that is looked for in other columns',
      query({ 'x-search': ['title', 'body'] }),
      query({ 'x-search': ['body', 'name'] }),
      ['query parameter q: x-search title removed'],
    ],
    ['that is looked for in more columns', query({ 'x-search': ['a'] }), query({ 'x-search': ['b', 'a'] }), []],
    ['that is looked for nowhere', query({ 'x-search': ['a'] }), query(), ['query parameter q: x-search a removed']],
    ['in another place', query(), query({ in: 'header' }), ['query parameter q: removed']],
    [
      'of the header in other letters',
      query({ in: 'header', name: 'If-Match' }),
      query({ in: 'header', name: 'if-match' }),
      [],
    ],
  ])('%s', (_change, before, after, expected) => {
    expect(findings(before, after)).toEqual(expected);
  });

  it('of the path keeps its place under another name, which typed clients see', () => {
    const thing = (path: string, name: string, schema: SubSchema): Document => ({
      info: { version: '1.0.0' },
      paths: { [path]: { parameters: [{ name, in: 'path', required: true, schema }], get: {} } },
    });
    expect(breakingChanges(thing('/things/{id}', 'id', text), thing('/things/{key}', 'key', number))).toEqual([
      'GET /things/{id}: path written /things/{key} now, which typed clients name',
      'GET /things/{id}: path parameter id: type changed from string to integer',
    ]);
  });

  it('of an operation stands for the one of its path', () => {
    const thing = (schema: SubSchema): Document => ({
      info: { version: '1.0.0' },
      paths: { '/': { parameters: [{ name: 'q', in: 'query', schema }], get: query() } },
    });
    expect(breakingChanges(thing(text), thing(number))).toEqual([]);
  });
});

describe('a request body', () => {
  const body = (required: boolean, type = 'application/json'): Operation => ({
    requestBody: { required, content: { [type]: {} } },
  });

  it.each<[string, Operation, Operation, string[]]>([
    ['that is gone', body(true), {}, ['request body: removed']],
    ['that is new', {}, body(false), []],
    ['that is new and required', {}, body(true), ['request body: newly required']],
    ['that is required now', body(false), body(true), ['request body: newly required']],
    ['of another media type', body(true), body(true, 'text/csv'), ['request body: application/json removed']],
  ])('%s', (_change, before, after, expected) => {
    expect(findings(before, after)).toEqual(expected);
  });
});

describe('a property that must be unique from now on', () => {
  const unique = { ...text, 'x-unique': true };
  const exchange = (sent: SubSchema, answered: SubSchema): Operation => ({ ...sending(sent), ...answering(answered) });
  const added = ['request body /a: x-unique true added'];

  it.each<[string, Operation, Operation, string[]]>([
    [
      'where it is sent',
      exchange(object({ a: text }), object({ a: text })),
      exchange(object({ a: text }), object({ a: unique })),
      added,
    ],
    [
      'behind a variant and allOf',
      exchange({ oneOf: [object({ a: text }), object({ b: text })] }, { allOf: [object({ a: text })] }),
      exchange({ oneOf: [object({ a: text }), object({ b: text })] }, { allOf: [object({ a: { allOf: [unique] } })] }),
      added,
    ],
    ['where it is only received', answering(object({ a: text })), answering(object({ a: unique })), []],
    [
      'where it must not be sent',
      exchange(object({ a: { ...text, readOnly: true } }), object({ a: text })),
      exchange(object({ a: { ...text, readOnly: true } }), object({ a: unique })),
      [],
    ],
    ['and is new', exchange(object({}), object({})), exchange(object({ a: text }), object({ a: unique })), []],
    [
      'as before',
      exchange(object({ a: text }), object({ a: unique })),
      exchange(object({ a: text }), object({ a: unique })),
      [],
    ],
    [
      'or not any more',
      exchange(object({ a: text }), object({ a: unique })),
      exchange(object({ a: text }), object({ a: text })),
      [],
    ],
  ])('%s', (_change, before, after, expected) => {
    expect(findings(before, after)).toEqual(expected);
  });
});

describe('an answer', () => {
  const answer = (status: number, more: object = {}): Operation => ({ responses: { [status]: more } });
  const header = (more: object = {}) => answer(200, { headers: { ETag: { schema: text, ...more } } });

  it.each<[string, Operation, Operation, string[]]>([
    ['of success that is gone', answer(200), {}, ['response 200: removed']],
    ['of success that is new', {}, answer(202), ['response 202: a new success, which clients do not expect']],
    ['of failure that is gone', answer(404), {}, []],
    ['of failure that is new', {}, answer(429), []],
    [
      'of failure with another body',
      answer(404, { content: json({ const: 'a' }) }),
      answer(404, { content: json({ const: 'b' }) }),
      ['response 404 body: constant changed from "a" to "b"'],
    ],
    [
      'of another media type',
      answer(200, { content: json(text) }),
      answer(200, { content: { 'text/csv': {} } }),
      ['response 200 body: application/json removed'],
    ],
    ['without its header', header(), answer(200), ['response 200 header ETag: removed']],
    [
      'with a header that may be absent',
      header({ required: true }),
      header(),
      ['response 200 header ETag: may now be absent'],
    ],
    [
      'with another kind of header',
      header(),
      header({ schema: number }),
      ['response 200 header ETag: type changed from string to integer'],
    ],
    ['with its header in other letters', header(), answer(200, { headers: { etag: { schema: text } } }), []],
    ['with a further header', answer(200), header({ required: true }), []],
  ])('%s', (_change, before, after, expected) => {
    expect(findings(before, after)).toEqual(expected);
  });
});

describe('an operation', () => {
  it.each<[string, Operation, Operation, string[]]>([
    ['with another operationId', { operationId: 'a' }, { operationId: 'b' }, ['operationId changed from a to b']],
    [
      'that needs a token now',
      {},
      { security: [{ bearer: [] }] },
      ['security: nothing no longer suffices; it takes bearer'],
    ],
    [
      'that turns another property around',
      { 'x-toggle': 'read' },
      { 'x-toggle': 'done' },
      ['x-toggle changed from read to done'],
    ],
    ['that is written by hand now', { 'x-toggle': 'read' }, {}, []],
    ['that needs no token now', { security: [{ bearer: [] }] }, { security: [] }, []],
    [
      'that asks for a further scope',
      { security: [{ bearer: ['read'] }] },
      { security: [{ bearer: ['read', 'write'] }] },
      ['security: bearer read no longer suffices; it takes bearer read write'],
    ],
    ['that lets in another way, too', { security: [{ bearer: [] }] }, { security: [{ bearer: [] }, { key: [] }] }, []],
    [
      'that lets in one way less',
      { security: [{ bearer: [] }, { key: [] }] },
      { security: [{ bearer: [] }] },
      ['security: key no longer suffices; it takes bearer'],
    ],
  ])('%s', (_change, before, after, expected) => {
    expect(findings(before, after)).toEqual(expected);
  });

  it('that is gone', () => {
    expect(breakingChanges(contract({}), { ...contract({}), paths: { '/things/{id}': { get: {} } } })).toEqual([
      'PUT /things/{id}: removed',
    ]);
  });

  it('whose path is gone', () => {
    expect(breakingChanges(contract({}), { ...contract({}), paths: {} })).toEqual(['PUT /things/{id}: removed']);
  });
});

describe('the whole contract', () => {
  const bearer = { components: { securitySchemes: { auth: { type: 'http', scheme: 'bearer' } } } };
  const key = { components: { securitySchemes: { auth: { type: 'apiKey', in: 'header', name: 'X-Key' } } } };
  const needsToken = { security: [{ auth: [] }] };

  it.each<[string, Partial<Document>, Partial<Document>, string[]]>([
    [
      'with another kind of token',
      bearer,
      key,
      ['security scheme auth: changed from http bearer to apiKey header X-Key'],
    ],
    [
      'that asks for a token by default',
      {},
      needsToken,
      ['PUT /things/{id}: security: nothing no longer suffices; it takes auth'],
    ],
    ['on another server', { servers: [{ url: '/' }] }, { servers: [{ url: '/v2' }] }, ['servers: / removed']],
    ['on a further server', {}, { servers: [{ url: '/' }, { url: '/v2' }] }, []],
    [
      'of an earlier major version',
      { info: { version: '2.0.0' } },
      {},
      ['info.version: went back from 2.0.0 to 1.2.3'],
    ],
    ['of no version', {}, { info: { version: 'next' } }, ['info.version: next is not a semantic version']],
  ])('%s', (_change, before, after, expected) => {
    expect(breakingChanges(contract({}, before), contract({}, after))).toEqual(expected);
  });
});
