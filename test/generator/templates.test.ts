// What is written from a contract that says the usual things in unusual ways.
import { describe, expect, it } from 'vitest';
import { handlersText } from '../../src/cli/resource/templates/handlers.ts';
import { testText } from '../../src/cli/resource/templates/test.ts';
import type { Resource } from '../../src/contract/resources/types.ts';
import { json, type Notes, ref, resources, text } from './migrations/notes.ts';

/** The resource of a contract of notes. */
function note(notes: Notes): Resource {
  const [resource] = resources(notes);
  if (resource === undefined) throw new Error('there are no notes');
  return resource;
}

it('headers keep the spelling of the contract, and mean the same in any', () => {
  const answer = { ...json(ref('Note')), headers: { etag: {}, location: {} } };
  const parameters = [{ name: 'if-match', in: 'header', schema: { type: 'string' } }];
  const requestBody = { required: true, ...json(ref('NoteUpdate')) };
  const post = { operationId: 'createNote', requestBody, responses: { 201: answer } };
  const put = { operationId: 'updateNote', parameters, requestBody, responses: { 200: answer } };
  const list = { 200: json({ type: 'array', items: ref('Note') }) };
  const paging = ['limit', 'offset', 'cursor', 'count'].map((name) => ({ name, in: 'query', schema: {} }));
  const resource = note({
    properties: { title: text(20) },
    paths: {
      '/notes': { get: { operationId: 'listNotes', parameters: paging, responses: list }, post },
      '/notes/{id}': { put },
    },
    schemas: {
      NoteUpdate: { type: 'object', additionalProperties: false, properties: { title: text(20) }, required: ['title'] },
    },
  });
  const handlers = handlersText('notes', resource, []);
  expect(handlers).toContain("body, versionsIn(headers['if-match']));");
  expect(handlers).toContain('reply(200, row, { etag: entityTag(version) });');
  expect(handlers).toContain('reply(201, row, { etag: entityTag(version), location: itemAddress(url, row.id) });');
  const test = testText(resource) ?? '';
  expect(test).toContain("it('happens only if nobody was faster'");
  expect(test).toContain("expect(reply.headers.get('location')).toBe(address);");
  expect(test).toContain(`expect(reply.headers.get('etag')).toMatch(/^"1\\b/);`);
});

it('the test of a change looks for the moment of it only where rows say it', () => {
  const requestBody = { required: true, ...json(ref('NoteUpdate')) };
  const put = { operationId: 'updateNote', requestBody, responses: { 200: json(ref('Note')) } };
  const schemas = { NoteUpdate: { type: 'object', additionalProperties: false, properties: { title: text(20) } } };
  const resource = note({ properties: { title: text(20) }, paths: { '/notes/{id}': { put } }, schemas });
  expect(testText(resource)).toContain('toEqual({ ...row, ...json });');
  const timed = { ...resource, columns: [...resource.columns, 'updated_at'] };
  expect(testText(timed)).toContain('toEqual({ ...row, ...json, updated_at: expect.any(String) });');
});

it('the test of a creation without headers looks at none', () => {
  const test = testText(note({ properties: { title: text(20) } })) ?? '';
  expect(test).toContain('const { sent, row');
  expect(test).not.toContain('{ reply,');
});

it('a toggle can be of what is no name in JavaScript', () => {
  const toggle = { operationId: 'toggleDone', 'x-toggle': 'is-done', responses: { 200: json(ref('Note')) } };
  const properties = { 'is-done': { type: 'boolean', default: false } };
  const resource = note({ properties, paths: { '/notes/{id}/done': { patch: toggle } } });
  expect(testText(resource)).toContain("toMatchObject({ id: row.id, 'is-done': !row['is-done'] });");
  expect(testText(resource)).toContain("toMatchObject({ id: row.id, 'is-done': row['is-done'] });");
});

describe('a test sends no text that its field', () => {
  const search = { name: 'q', in: 'query', 'x-search': ['it', 'other'], schema: { type: 'string' } };
  const textOf = (it: object) =>
    testText(note({ properties: { it: { ...it }, other: text(20) }, parameters: [search] })) ?? '';

  it.each<[string, object]>([
    ['does not list', { type: 'string', enum: ['open', 'done'] }],
    ['has no room for', text(5)],
    ['has another form for', { ...text(20), pattern: '^[a-z]+$' }],
  ])('%s', (_name, field) => {
    expect(textOf(field)).toContain("    ['other'],\n  ])('finds a text");
    expect(textOf(field)).not.toContain("['it'],");
  });

  it('may not be given, though rows may have it', () => {
    const properties = { it: { type: 'string', enum: ['open', 'done', 'gone'] } };
    const schemas = {
      NoteCreate: {
        additionalProperties: false,
        properties: { it: { type: 'string', enum: ['done', 'open'] } },
        required: ['it'],
      },
    };
    const filter = { name: 'it', in: 'query', 'x-filter': true, schema: { type: 'string' } };
    const made = testText(note({ properties, schemas, parameters: [filter] })) ?? '';
    expect(made).toContain("['the it open', { it: 'open' }],");
    expect(made).not.toContain("{ it: 'gone' }");
    expect(made).toContain("['it', 'done'],");
  });

  it('and one that it may be given is tried, whatever its form', () => {
    expect(textOf({ ...text(3), pattern: '^[a-z]+$' })).toContain("['an it of 3 characters', { it: 'x'.repeat(3) }],");
  });
});

describe('a test of a number that is one of some', () => {
  const textOf = (level: object) => testText(note({ properties: { level: { type: 'integer', ...level } } })) ?? '';
  const few = { enum: [1, 2, 4] };

  it.each<[string, object]>([
    ['without limits', few],
    ['with them', { ...few, minimum: 1, maximum: 4 }],
  ])('%s stores each, and refuses another one', (_name, level) => {
    const made = textOf(level);
    for (const value of few.enum) expect(made).toContain(`['the level ${value}', { level: ${value} }],`);
    const other = 'minimum' in level ? 3 : 0;
    expect(made).toContain(`['a level that is none', { level: ${other} }, '/level', 'enum'],`);
    expect(made).not.toMatch(/least|greatest|null/);
  });

  it('refuses none where the limits let in these alone', () => {
    expect(textOf({ enum: [1, 2, 3], minimum: 1, maximum: 3 })).not.toMatch(/is none|least|greatest/);
  });

  it('and filters by one that it may be', () => {
    const filter = { name: 'level', in: 'query', 'x-filter': true, schema: { type: 'integer', enum: [5, 10] } };
    const properties = { level: { type: 'integer', enum: [5, 10] } };
    expect(testText(note({ properties, parameters: [filter] }))).toContain("['level', 5],");
  });
});
