// What is found in a contract: its resources with all that a table needs, and what cannot be made, with the place that asks for it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Document } from '../../src/contract/document.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import type { Resource } from '../../src/contract/resources/types.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const text = { type: 'string', maxLength: 20 };
const id = { type: 'integer', minimum: 1, maximum: 9007199254740991 };
const number = { type: 'integer', minimum: 0, maximum: 9 };

const closed = { additionalProperties: false };

const parameters = ['limit', 'offset', 'cursor', 'count'].map((name) => ({ name, in: 'query', schema: text }));

interface Notes {
  collection?: string;
  /** The properties of Note, NoteCreate and NoteUpdate. */
  note?: object;
  create?: object;
  update?: object;
  required?: string[];
  paths?: object;
  schemas?: object;
}

/** A contract of notes: flat, with all five operations, until something is said otherwise. */
function contract({
  collection = '/notes',
  note,
  create,
  update,
  required = [],
  paths,
  schemas,
}: Notes = {}): Document {
  const body = (name: string) => ({ requestBody: { required: true, ...json(ref(name)) } });
  const answer = (status: number) => ({ responses: { [status]: json(ref('Note')) } });
  const item = `${collection}/{id}`;
  const document = {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1.0.0' },
    security: [{ bearerAuth: [] }],
    paths: {
      [collection]: {
        get: { operationId: 'listNotes', parameters, responses: { 200: json({ type: 'array', items: ref('Note') }) } },
        post: { operationId: 'createNote', ...body('NoteCreate'), ...answer(201) },
      },
      [item]: {
        get: { operationId: 'getNote', ...answer(200) },
        put: { operationId: 'updateNote', ...body('NoteUpdate'), ...answer(200) },
        delete: { operationId: 'deleteNote', responses: { 204: {} } },
      },
      ...paths,
    },
    components: {
      responses: {},
      schemas: {
        Note: { type: 'object', properties: { id, user_id: text, ...note } },
        NoteCreate: { type: 'object', properties: create ?? note ?? {}, required, ...closed },
        NoteUpdate: { type: 'object', properties: update ?? note ?? {}, ...closed },
        ...schemas,
      },
    },
  };
  return JSON.parse(JSON.stringify(document));
}

function only(document: Document): Resource {
  const { resources, unmade } = resourcesOf(document);
  expect(unmade).toEqual([]);
  expect(resources).toHaveLength(1);
  return resources[0] as Resource;
}

/** What is complained of, each with its place. */
function complaints(document: Document): string[] {
  return resourcesOf(document).unmade.map(
    ({ at, message, operations }) => `${at.join('/')}: ${message} [${operations}]`,
  );
}

it('tasks are found as they are written', () => {
  const source = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  const { resources, unmade } = resourcesOf(parse(source));
  const tasks = resources.find(({ schema }) => schema === 'Task');
  expect(tasks).toMatchObject({
    table: 'tasks',
    owner: 'path',
    parent: undefined,
    idParameter: 'id',
    listing: { sortedBy: 'sort', search: { parameter: 'q', columns: ['title', 'description'] } },
  });
  expect(tasks?.operations.map((operation) => [operation.id, operation.role])).toEqual([
    ['listTasks', 'list'],
    ['createTask', 'create'],
    ['getTask', 'read'],
    ['updateTask', 'update'],
    ['deleteTask', 'remove'],
    ['toggleTaskComplete', 'toggle'],
  ]);
  expect(tasks?.fields.map(({ name, type, length, nullable }) => [name, type, length, nullable])).toEqual([
    ['title', 'varchar', 200, false],
    ['description', 'varchar', 1000, true],
    ['completed', 'boolean', undefined, false],
    ['due_date', 'timestamptz(3)', undefined, true],
  ]);
  expect(unmade.flatMap(({ operations }) => operations)).toContain('getHealth');
});

describe('a field', () => {
  const field = (schema: object, create: object = schema) => {
    const schemas = {
      Kind: { type: 'string', maxLength: 9, default: 'a' },
      Sort: { ...ref('Kind'), default: 'c' },
    };
    const document = contract({ note: { it: schema }, create: { it: create }, update: {}, required: ['it'], schemas });
    return only(document).fields[0];
  };

  it.each([
    ['a short text', text, { type: 'varchar', length: 20 }],
    ['a long text', { type: 'string', maxLength: 20_000 }, { type: 'varchar', length: 20_000 }],
    ['a text without a limit', { type: 'string' }, { type: 'text', length: undefined }],
    ['an integer', number, { type: 'bigint' }],
    ['one of some integers', { type: 'integer', enum: [1, 2, 3] }, { type: 'bigint' }],
    ['a number', { type: 'number' }, { type: 'double precision' }],
    ['a moment', { type: 'string', format: 'date-time' }, { type: 'timestamptz(3)' }],
    ['what may be null', { oneOf: [number, { type: 'null' }] }, { type: 'bigint', nullable: true }],
    ['what may be null in 3.0', { ...number, nullable: true }, { type: 'bigint', nullable: true }],
    ['one of some words', { type: 'string', enum: ['a', 'b'] }, { type: 'varchar', values: ['a', 'b'] }],
    ['a schema behind allOf', { allOf: [text], description: 'x' }, { type: 'varchar', length: 20 }],
    ['a schema elsewhere', ref('Kind'), { type: 'varchar', length: 9, default: 'a', nullable: false }],
    ['what stands beside a reference', { ...ref('Kind'), default: 'b' }, { type: 'varchar', length: 9, default: 'b' }],
    ['what stands beside a chain of them', { ...ref('Sort'), maxLength: 7 }, { length: 7, default: 'c' }],
    ['what is said of it', { ...text, 'x-unique': true, 'x-index': true }, { unique: true, index: true }],
    ['its name before', { ...text, 'x-renamed-from': 'old' }, { renamedFrom: 'old' }],
  ])('is %s', (_name, schema, expected) => {
    expect(field(schema)).toMatchObject(expected);
  });

  it('has the default that its body has', () => {
    expect(field({ type: 'boolean' }, { type: 'boolean', default: false })).toMatchObject({ default: false });
  });
});

describe('a resource', () => {
  it('belongs to the user of the token where its path names none', () => {
    expect(only(contract())).toMatchObject({ owner: 'token', schema: 'Note', plural: 'notes', table: 'notes' });
  });

  it('belongs to that user wherever its schema says user_id', () => {
    const schemas = {
      Note: { allOf: [ref('Owned'), { properties: { id } }] },
      Owned: { properties: { user_id: text } },
    };
    expect(only(contract({ schemas })).owner).toBe('token');
  });

  it('has what stands beside a reference, also where that is to a whole schema', () => {
    const schemas = {
      Note: { ...ref('Base'), properties: { title: text, size: number } },
      Base: { properties: { id, user_id: text, kind: text } },
      NoteCreate: { ...ref('Base2'), required: ['size'], unevaluatedProperties: false },
      Base2: { properties: { kind: { ...ref('Kind'), default: 'a' }, title: text, size: number }, required: ['title'] },
      Kind: text,
    };
    const { fields } = only(contract({ schemas }));
    expect(fields.map(({ name, required }) => [name, required])).toEqual([
      ['kind', false],
      ['title', true],
      ['size', true],
    ]);
    expect(fields[0]?.default).toBe('a');
  });

  it('has a table of any name to which that of its reference to the owner can be added', () => {
    expect(only(contract({ collection: `/${'n'.repeat(52)}` })).table).toHaveLength(52);
  });

  it('is part of the one whose item its path goes through', () => {
    const folder = { properties: { id, user_id: text } };
    const document = contract({
      collection: '/folders/{folder_id}/notes',
      note: { folder_id: id },
      create: {},
      update: {},
      paths: { '/folders/{id}': { get: { operationId: 'getFolder', responses: { 200: json(ref('Folder')) } } } },
      schemas: { Folder: folder },
    });
    const { resources, unmade } = resourcesOf(document);
    expect(unmade).toEqual([]);
    expect(resources[0]?.parent).toEqual({ schema: 'Folder', table: 'folders', column: 'folder_id' });
  });

  it('has an action for each path below its item, and toggles what x-toggle names', () => {
    const toggle = { operationId: 'togglePin', 'x-toggle': 'pinned', responses: { 200: json(ref('Note')) } };
    const document = contract({
      note: { pinned: { type: 'boolean' } },
      create: { pinned: { type: 'boolean', default: false } },
      paths: { '/notes/{id}/pin': { patch: toggle } },
    });
    expect(only(document).operations.at(-1)).toMatchObject({ id: 'togglePin', role: 'toggle', toggles: 'pinned' });
  });
});

describe('what cannot be made is named with its place:', () => {
  const post = (responses: object) => ({ post: { operationId: 'odd', requestBody: json(text), responses } });
  const all = '[listNotes,createNote,getNote,updateNote,deleteNote]';

  it.each<[string, Notes, string]>([
    [
      'an action without a meaning',
      { paths: { '/notes/{id}/archive': post({ 200: {} }) } },
      'paths/~archive/post: post is not known as an action on an item [odd]',
    ],
    [
      'a path without items',
      {
        paths: {
          '/sums': { get: { operationId: 'sums', responses: { 200: json({ type: 'array', items: ref('Note') }) } } },
        },
      },
      'paths//sums/get: /sums has no path for one item: write /sums/{id} [sums]',
    ],
    [
      'a list as a field',
      { note: { it: { type: 'array' } } },
      `components/schemas/Note/properties/it: it is array, which is no column ${all}`,
    ],
    [
      'a field of any type',
      { note: { it: { description: 'Anything.' } } },
      `components/schemas/Note/properties/it: it has no type, and a column has one ${all}`,
    ],
    [
      'a field by a name that every object has',
      { note: { constructor: text }, required: ['constructor'] },
      `components/schemas/Note/properties/constructor: every object in JavaScript has something called constructor: give the property another name ${all}`,
    ],
    [
      'rows without an id, where their schema stands',
      { schemas: { Note: { type: 'object', properties: { user_id: text } } } },
      `components/schemas/Note: it needs an id, an integer that the server gives ${all}`,
    ],
    [
      'rows that only a part of another schema describes',
      {
        paths: {
          '/notes/{id}': { get: { operationId: 'odd', responses: { 200: json(ref('Page/properties/Note')) } } },
        },
        schemas: { Page: { properties: { Note: { type: 'object', properties: { id } } } } },
      },
      'paths//notes/{id}/get: it does not answer 200 with a schema by $ref [odd]',
    ],
    [
      'a path with a slash at its end',
      {
        paths: {
          '/sums/': { get: { operationId: 'sums', responses: { 200: json({ type: 'array', items: ref('Note') }) } } },
        },
      },
      'paths//sums//get: its path ends with a slash, and addresses have none: write /sums [sums]',
    ],
    [
      'a field of several types',
      { note: { it: { oneOf: [text, number] } } },
      `components/schemas/Note/properties/it: it is one of several schemas (oneOf, anyOf), and a column has one type ${all}`,
    ],
    [
      'a body of several schemas',
      { schemas: { NoteCreate: { oneOf: [ref('Note'), ref('NoteUpdate')] } } },
      'paths//notes/post: its body is one of several schemas (oneOf, anyOf) [createNote]',
    ],
    [
      'a value that is not stored',
      { note: {}, create: { it: text } },
      'components/schemas/NoteCreate/properties/it: the schema that is read does not have it [createNote]',
    ],
    [
      'a value without a place',
      { note: { it: text }, update: {} },
      'components/schemas/NoteCreate: a row could be created without it: make it required, nullable or give it a default [createNote]',
    ],
    [
      'a value that is too long',
      { note: { it: text }, create: { it: { type: 'string', maxLength: 21 } }, required: ['it'] },
      'components/schemas/NoteCreate/properties/it: it may be longer than the 20 characters that are read [createNote]',
    ],
    [
      'an integer that JSON cannot say exactly, though it is one of some',
      { note: { it: number }, create: { it: { type: 'integer', enum: [1, 2 ** 53] } }, required: ['it'] },
      `components/schemas/NoteCreate/properties/it: it needs a minimum and a maximum within ±${Number.MAX_SAFE_INTEGER}, which is what JSON can say exactly [createNote]`,
    ],
    [
      'a body that may hold anything',
      { schemas: { NoteCreate: { type: 'object', properties: {} } } },
      'components/schemas/NoteCreate: it may hold more than there are columns: say additionalProperties: false, and no patternProperties [createNote]',
    ],
    [
      'a body that may hold what has a name like another',
      { schemas: { NoteCreate: { type: 'object', properties: {}, patternProperties: { '^x': text }, ...closed } } },
      'components/schemas/NoteCreate: it may hold more than there are columns: say additionalProperties: false, and no patternProperties [createNote]',
    ],
    [
      'a field of which two parts say something else',
      {
        schemas: {
          Note: { allOf: [ref('Base')], properties: { id, user_id: text, kind: text, it: { 'x-unique': true } } },
          Base: { properties: { it: text, kind: text } },
        },
      },
      `components/schemas/Note/properties/it: /components/schemas/Base/properties/it says something else of it, and a column comes from one place: say all of it there ${all}`,
    ],
    [
      'a body that need not be sent',
      {
        paths: {
          '/notes': {
            post: { operationId: 'odd', requestBody: json(ref('NoteCreate')), responses: { 201: json(ref('Note')) } },
          },
        },
      },
      'paths//notes/post: its body need not be sent: say required: true [odd]',
    ],
    [
      'a change that changes what is not sent',
      { note: { it: number }, create: { it: number }, update: { it: { ...number, default: 3 } }, required: ['it'] },
      'components/schemas/NoteUpdate/properties/it: a change sets what is sent and nothing else: take the default out of its schema [updateNote]',
    ],
    [
      'a reference that only a body knows',
      { note: { it: number }, create: { it: { ...number, 'x-references': 'Note' } }, required: ['it'] },
      'components/schemas/NoteCreate/properties/it: x-references belongs to the schema that is read, where it has none [createNote]',
    ],
    [
      'a reference by the name of the owner',
      { note: { owner: { ...id, 'x-references': 'Note' } } },
      `components/schemas/Note/properties/owner: what a row refers to cannot be called owner: the owner is the user ${all}`,
    ],
    [
      'two names for what had one',
      { note: { it: { ...text, 'x-renamed-from': 'old' }, that: { ...text, 'x-renamed-from': 'old' } } },
      `components/schemas/Note/properties/it: x-renamed-from: that was called old as well ${all}`,
    ],
    [
      'names that are exchanged',
      { note: { it: { ...text, 'x-renamed-from': 'that' }, that: { ...text, 'x-renamed-from': 'it' } } },
      `components/schemas/Note/properties/it: x-renamed-from: that gets its own name in the same step; take two, one after the other ${all}`,
    ],
    [
      'an owner in a body',
      { create: { user_id: text } },
      'components/schemas/NoteCreate/properties/user_id: the server sets it: take it out of the body [createNote]',
    ],
    [
      'a key that is too long',
      { note: { it: { type: 'string', maxLength: 401, 'x-unique': true } }, required: ['it'] },
      `components/schemas/Note/properties/it: it may be longer than 400 characters, too long for an index ${all}`,
    ],
    ...['geo.lat', 'done?', 'one as two', '*'].map((name): [string, Notes, string] => [
      `a name such as ${name}`,
      { note: { [name]: text }, required: [name] },
      `components/schemas/Note/properties/${name}: Knex takes a name with . or ?, with the word as, and * alone for more than a name ${all}`,
    ]),
    [
      'a name that PostgreSQL cuts off',
      { note: { [`it${'s'.repeat(62)}`]: text }, required: [`it${'s'.repeat(62)}`] },
      `components/schemas/Note/properties/it${'s'.repeat(62)}: its name is longer than the 63 bytes that PostgreSQL reads ${all}`,
    ],
    [
      'a name that PostgreSQL cuts off after fewer characters',
      { note: { ['ü'.repeat(32)]: text }, required: ['ü'.repeat(32)] },
      `components/schemas/Note/properties/${'ü'.repeat(32)}: its name is longer than the 63 bytes that PostgreSQL reads ${all}`,
    ],
    [
      'a name that leaves no room for that of its constraint',
      { note: { [`it${'s'.repeat(50)}`]: { type: 'string', enum: ['a'] } }, required: [`it${'s'.repeat(50)}`] },
      `components/schemas/Note/properties/it${'s'.repeat(50)}: its name is too long for the name of a constraint ${all}`,
    ],
    [
      'a table that leaves no room for the name of the reference to the owner',
      { collection: `/${'n'.repeat(53)}` },
      `paths//${'n'.repeat(53)}: its name is too long for the name of a constraint ${all}`,
    ],
    [
      'a reference to nothing',
      { note: { it: { ...id, 'x-references': 'Folder' } }, required: ['it'] },
      `components/schemas/Note/properties/it: Folder is no resource of an owner ${all}`,
    ],
    ['a table that is taken', { collection: '/users' }, `paths//users/get: the table users is there already ${all}`],
    [
      'a parent that is not there',
      { collection: '/folders/{folder_id}/notes' },
      `paths//folders/{folder_id}/notes/get: nothing is at /folders/{folder_id}; if folder_id is the owner, that parameter says x-owner: true ${all}`,
    ],
  ])('%s', (_name, notes, expected) => {
    expect(complaints(contract(notes))).toContain(expected.replace('~', '/notes/{id}/'));
  });

  it.each(['Map', 'Operations', 'OwnedModel', 'Problem'])(
    'rows with the name %s, which handlers know already',
    (name) => {
      const text = JSON.stringify(contract())
        .replaceAll('schemas/Note"', `schemas/${name}"`)
        .replace('"Note":', `"${name}":`);
      const found = complaints(JSON.parse(text));
      expect(found).toEqual([
        expect.stringContaining(`: ${name} cannot be the name of a class: handlers call something else so ${all}`),
      ]);
    },
  );

  it('a unique value by the name of the key that references need', () => {
    const note = { owner_id: { ...number, 'x-unique': true }, copy_of: { ...id, 'x-references': 'Note' } };
    expect(complaints(contract({ note, required: ['owner_id', 'copy_of'] }))).toEqual([
      `components/schemas/Note/properties/owner_id: it cannot be unique and called owner_id: others refer to rows by a key of that name ${all}`,
    ]);
    expect(complaints(contract({ note: { owner_id: note.owner_id }, required: ['owner_id'] }))).toEqual([]);
  });

  it.each<[string, object]>([
    ['without a name', { operationId: undefined }],
    ['that answers no array of rows', { responses: { 200: json({ type: 'array', items: { type: 'object' } }) } }],
  ])('a list %s, which says nothing of the indexes of its table', (_name, change) => {
    const document = contract();
    Object.assign(document.paths['/notes']?.get ?? {}, change);
    expect(resourcesOf(document).unmade).toMatchObject([{ plural: 'notes', lists: true }]);
  });

  it('an order of what is no column, which is no order of the table either', () => {
    const sort = { name: 'sort', in: 'query', 'x-sort': { age: { column: 'age', order: 'asc' } } };
    const list = { operationId: 'listNotes', parameters: [...parameters, sort] };
    const document = contract();
    Object.assign(document.paths['/notes']?.get ?? {}, list);
    expect(complaints(document)).toEqual([
      'paths//notes/get/parameters/4: it sorts, filters or searches by age, which is no property [listNotes]',
    ]);
    expect(resourcesOf(document).resources[0]?.listing.sorts).toEqual({});
  });

  it.each([
    ['an order', { 'x-sort': { long: { column: 'long', order: 'asc' } } }, 'long may be longer than 400 characters'],
    ['a filter', { 'x-filter': { old: { age: 1 } } }, 'it sorts, filters or searches by age, which is no property'],
    ['a search', { 'x-search': ['age'] }, 'it sorts, filters or searches by age, which is no property'],
  ])('%s at the parameter that asks for it, also where that is described elsewhere', (_name, words, message) => {
    const document = contract({ note: { long: { type: 'string' } }, required: ['long'] });
    const all = [...parameters, { $ref: '#/components/parameters/It' }];
    Object.assign(document.paths['/notes']?.get ?? {}, { parameters: all });
    document.components['parameters'] = { It: { name: 'it', in: 'query', ...words } };
    expect(complaints(document)).toEqual([expect.stringContaining(`components/parameters/It: ${message}`)]);
  });

  it.each<[string, object]>([
    ['a number', number],
    ['a moment', { type: 'string', format: 'date-time' }],
  ])('a search in %s', (_name, age) => {
    const search = { name: 'q', in: 'query', 'x-search': ['title', 'age'] };
    const document = contract({ note: { title: text, age }, required: ['title', 'age'] });
    Object.assign(document.paths['/notes']?.get ?? {}, { parameters: [...parameters, search] });
    expect(complaints(document)).toEqual([
      'paths//notes/get/parameters/4: it searches by age, which is no text [listNotes]',
    ]);
  });

  it('writes to rows that belong to nobody', () => {
    const document = contract({ schemas: { Note: { properties: { id } } } });
    const message = 'its rows belong to nobody: who may write them? Give the schema a user_id';
    expect(complaints(document)).toEqual(
      [
        ['/notes/post', 'createNote'],
        ['/notes/{id}/put', 'updateNote'],
        ['/notes/{id}/delete', 'deleteNote'],
      ].map(([at, name]) => `paths/${at}: ${message} [${name}]`),
    );
    expect(resourcesOf(document).resources[0]?.operations.map((operation) => operation.id)).toEqual([
      'listNotes',
      'getNote',
    ]);
  });
});

it.each<[string, object]>([
  ['without anything', {}],
  ['without paths', { openapi: '3.1.0', paths: null }],
  [
    'with nothing where something belongs',
    { paths: { '/a': null, '/a/{b}': { get: null, put: { responses: null } } } },
  ],
  [
    'with references that lead nowhere, elsewhere or round in a circle',
    {
      paths: {
        '/a': { get: { responses: { 200: { $ref: '#/components/responses/A' } } } },
        '/a/{b}': { $ref: 'other.yaml' },
      },
      components: { responses: { A: { $ref: '#/components/responses/B' }, B: { $ref: '#/components/responses/A' } } },
    },
  ],
  [
    'with a schema that is part of itself',
    contract({ schemas: { Note: { allOf: [ref('Note')], properties: { id, it: { allOf: [ref('Note')] } } } } }),
  ],
  [
    'with parameters of any form',
    contract({
      paths: { '/x/{y}': { parameters: 'none', get: { parameters: [null, { $ref: 1 }, {}], responses: [] } } },
    }),
  ],
])('a contract %s is read without a fault', (_name, document) => {
  expect(() => resourcesOf(document as Document)).not.toThrow();
});
