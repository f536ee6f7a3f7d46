// What is written from a contract that says the usual things in unusual ways.
import { expect, it } from 'vitest';
import { handlersText } from '../../src/cli/resource/templates/handlers.ts';
import { testText } from '../../src/cli/resource/templates/test.ts';
import type { Resource } from '../../src/contract/resources.ts';
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
    schemas: { NoteUpdate: { type: 'object', properties: { title: text(20) }, required: ['title'] } },
  });
  const handlers = handlersText('notes', resource, []);
  expect(handlers).toContain("body, versionsIn(headers['if-match']));");
  expect(handlers).toContain('reply(200, row, { etag: entityTag(version) });');
  expect(handlers).toContain('reply(201, row, { etag: entityTag(version), location: itemAddress(url, row.id) });');
  const test = testText(resource) ?? '';
  expect(test).toContain("it('happens only if nobody was faster'");
  expect(test).toContain("expect(reply.headers.get('location')).toBe(address);");
  expect(test).toContain(`expect(reply.headers.get('etag')).toBe('"1"');`);
});

it('a toggle can be of what is no name in JavaScript', () => {
  const toggle = { operationId: 'toggleDone', 'x-toggle': 'is-done', responses: { 200: json(ref('Note')) } };
  const properties = { 'is-done': { type: 'boolean', default: false } };
  const resource = note({ properties, paths: { '/notes/{id}/done': { patch: toggle } } });
  expect(testText(resource)).toContain("toMatchObject({ id: row.id, 'is-done': !row['is-done'] });");
  expect(testText(resource)).toContain("toMatchObject({ id: row.id, 'is-done': row['is-done'] });");
});
