// What breaks the clients of a released contract around its schemas: operations, parameters, bodies, answers, access.
import { describe, expect, it } from 'vitest';
import { breakingChanges } from '../../src/cli/breaking-changes/breaking-changes.ts';
import type { Document, Operation, Parameter } from '../../src/cli/breaking-changes/document.ts';
import type { SubSchema } from '../../src/cli/breaking-changes/shape.ts';
import { contract, findings, json, number, text } from '../support/contracts.ts';

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
