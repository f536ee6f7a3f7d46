// Contracts as others write them, for other tools: what OpenAPI lets them say is no mistake, and what is one is named with its place.
import { describe, expect, it } from 'vitest';
import { derivedFiles } from '../../src/cli/derived.ts';
import { breachIn } from '../../src/contract/breach.ts';
import type { Document } from '../../src/contract/document.ts';
import { shapeOf } from '../../src/contract/shape.ts';
import { assertValid } from '../../src/contract/valid/valid.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

interface Parts {
  version?: string;
  /** Beside the schema of what `GET /pets/{id}` answers. */
  media?: object;
  schemas?: object;
  rest?: object;
}

/** A contract with pets, as OpenAPI has it. */
function contract({ version = '3.0.3', media = {}, schemas, rest }: Parts = {}): Document {
  const schema = ref('Pet');
  const content = { 'application/json': { schema, ...media } };
  return {
    openapi: version,
    info: { title: 'Pets', version: '1.0.0' },
    paths: {
      '/pets/{id}': {
        get: {
          operationId: 'getPet',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: { description: 'The pet.', content } },
        },
      },
    },
    components: {
      responses: {},
      schemas: { Pet: { type: 'object', properties: { id: { type: 'string', default: 'p' } } }, ...schemas },
    },
    ...rest,
  } as unknown as Document; // what is left out is not looked at
}

describe('a contract is valid', () => {
  const named = { id: 'p1' };

  it.each<[string, Parts]>([
    [
      'with examples of one id',
      { media: { examples: { a: { value: named }, b: { value: { ...named, name: 'b' } } } } },
    ],
    ['with an id in an example of a schema', { schemas: { Pet: { example: { id: '::', of: named }, default: {} } } }],
    [
      'with links of one id',
      {
        rest: {
          components: {
            schemas: { Pet: { default: {} } },
            links: { a: { parameters: named }, b: { parameters: named } },
          },
        },
      },
    ],
    ['with what looks like a schema in an example', { version: '3.1.0', media: { example: { $anchor: 'a b' } } }],
    ['with what looks like a reference in an example', { media: { example: { $ref: '#/definitions/Dog' } } }],
    ['with one in an example by name', { media: { examples: { a: { value: { $ref: 'dog.json' } } } } }],
    ['with what looks like one in a default', { schemas: { Pet: { default: { $ref: 'dog.json' } } } }],
    ['with one for another tool', { rest: { 'x-topics': [{ content: { $ref: './start.md' } }] } }],
    [
      'with a reference in which braces are encoded',
      { schemas: { Kind: { $ref: '#/paths/~1pets~1%7Bid%7D/get/parameters/0/schema' } } },
    ],
  ])('%s', async (_name, parts) => {
    await expect(assertValid(contract(parts))).resolves.toBeUndefined();
  });

  it.each<[string, Parts, string]>([
    [
      'an example elsewhere that is not there',
      { media: { examples: { a: { $ref: '#/components/examples/A' } } } },
      'a refers to nothing',
    ],
    [
      'a property by the name of a value that refers to nothing',
      { schemas: { Pet: { properties: { default: ref('Cat') } } } },
      '/components/schemas/Pet/properties/default refers to nothing',
    ],
    [
      'a percent sign that encodes nothing',
      { schemas: { Kind: ref('100%') } },
      '/components/schemas/Kind refers to nothing',
    ],
  ])('but not with %s', async (_name, parts, message) => {
    await expect(assertValid(contract(parts))).rejects.toThrow(message);
  });
});

it('a default is held to what its schema refers to', async () => {
  const schemas = {
    Kind: { type: 'string', maxLength: 3 },
    Pet: { properties: { kind: { allOf: [ref('Kind')], default: 'bird' } } },
  };
  await expect(assertValid(contract({ schemas }))).rejects.toThrow(
    '/components/schemas/Pet/properties/kind/default must NOT have more than 3 characters',
  );
});

it('a contract is not gone through anew for each of its defaults', () => {
  const properties = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, { type: 'string' }]));
  const schemas = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`Pet${index}`, { properties }]));
  const breachOf = breachIn(contract({ schemas }));
  const start = performance.now();
  const said = Array.from({ length: 200 }, () => breachOf({ allOf: [ref('Pet1')], default: {} }, { p1: 1 }));
  expect(new Set(said)).toEqual(new Set(['must be string']));
  expect(performance.now() - start).toBeLessThan(5000);
});

it('kinds of a thing that are that thing as well are read in no time', () => {
  const kinds = Array.from({ length: 60 }, (_, index) => `Pet${index}`);
  const schemas = {
    ...Object.fromEntries(kinds.map((name) => [name, { allOf: [ref('Pet'), { properties: {} }] }])),
    Pet: { oneOf: kinds.map(ref) },
  };
  const start = performance.now();
  expect(shapeOf(contract({ schemas }), ['components', 'schemas', 'Pet']).union).toBe(true);
  expect(performance.now() - start).toBeLessThan(1000);
});

describe('types are made of a contract', () => {
  const typesOf = async (document: object) =>
    (await derivedFiles(JSON.stringify(document), '{}'))['src/generated/server.ts'];

  it('that has no schemas with a name', async () => {
    const { components: _, paths, ...rest } = contract();
    const answer = { 204: { description: 'Nothing.' } };
    const document = { ...rest, paths: { '/pets': { get: { operationId: 'getPets', responses: answer } } } };
    expect(await typesOf(document)).toContain('getPets');
  });

  it('in which a property and a member of an example are called headers', async () => {
    const headers = { type: 'object', properties: {} };
    const content = {
      'application/json': { schema: { properties: { headers } }, example: { headers: { accept: '*/*' } } },
    };
    const get = { operationId: 'getCall', responses: { 200: { description: 'A call.', content } } };
    expect(await typesOf({ ...contract(), paths: { '/calls/{id}': { get } } })).toContain('headers?: ');
  });

  it('in which a header refers to that of another answer', async () => {
    const schema = { type: 'integer' };
    const ok = (header: object) => ({ description: 'Some pets.', headers: { 'X-Total': header } });
    const other = { $ref: '#/paths/~1pets/get/responses/200/headers/X-Total' };
    const paths = {
      '/pets': { get: { operationId: 'getPets', responses: { 200: ok({ required: true, schema }) } } },
      '/cats': { get: { operationId: 'getCats', responses: { 200: ok(other) } } },
    };
    expect((await typesOf({ ...contract(), paths }))?.match(/"X-Total": number;/g)).toHaveLength(2);
  });
});
