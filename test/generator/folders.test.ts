// Where the generator puts what belongs to a resource, whatever its path is called.
import { expect, it } from 'vitest';
import { placesIn } from '../../src/cli/resource/lines.ts';
import { scaffold } from '../../src/cli/resource/scaffold.ts';
import { readDocument } from '../../src/contract/document.ts';
import { contract, text } from './migrations/notes.ts';

it.each([
  ['line_items', 'line-items'],
  ['lineItems', 'lineitems'],
])('what can be made of /%s and what cannot are in one folder', (plural, folder) => {
  const archive = { operationId: 'archiveNote', responses: { 200: {} } };
  const document = contract({ properties: { title: text(20) }, paths: { '/notes/{id}/archive': { post: archive } } });
  const source = JSON.stringify(document).replaceAll('/notes', `/${plural}`);
  const project = {
    source,
    document: readDocument(source),
    placeOf: placesIn(source),
    manifest: '',
    files: new Map<string, string>(),
  };
  const { made, remarks } = scaffold(project, {
    allowed: { drop: [], narrow: [], convert: [], fill: {} },
    now: new Date('2026-04-01T09:00:00Z'),
  });
  const handlers = `src/resources/${folder}/handlers.ts`;
  const paths = [...made.keys()].filter((path) => path.startsWith('src/resources/') || path.startsWith('test/'));
  expect(paths.sort()).toEqual([handlers, `src/resources/${folder}/model.ts`, `test/${folder}.test.ts`]);
  expect(made.get(handlers)).toContain('archiveNote: () => {');
  expect(made.get(handlers)).toContain('createNote: async (');
  expect(remarks.join('\n')).toContain(`Write it in ${handlers}; until then`);
});
