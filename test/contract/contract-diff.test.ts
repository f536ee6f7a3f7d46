// The contract held against the last released one, as `npm run check` does it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { breakingChanges } from '../../src/cli/breaking-changes/breaking-changes.ts';
import { contract, nullable, object, sending, text } from '../support/contracts.ts';
import { temporaryFolder } from '../support/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = readFileSync(join(root, 'openapi.yaml'), 'utf8');

it('the same contract has no findings', () => {
  expect(breakingChanges(parse(source), parse(source))).toEqual([]);
});

it('what is only added has none', () => {
  const [before, after] = [parse(source), parse(source)];
  after.paths['/api/{user_id}/tasks/archived'] = { get: { operationId: 'listArchivedTasks', responses: {} } };
  after.paths['/api/{user_id}/tasks'].get.parameters.push({ name: 'tag', in: 'query', schema: text });
  after.paths['/api/{user_id}/tasks'].get.responses['418'] = { description: 'Only tea.' };
  after.components.schemas.TaskCreate.properties.tag = nullable;
  after.components.schemas.Task.properties.tag = nullable;
  after.components.schemas.Task.required.push('tag');
  for (const name of ['Task', 'TaskCreate', 'TaskUpdate'])
    after.components.schemas[name].properties.title.maxLength = 300;
  expect(breakingChanges(before, after)).toEqual([]);
});

it('a major version allows all', () => {
  const before = contract(sending(text));
  expect(breakingChanges(before, contract({}, { info: { version: '2.0.0' } }))).toEqual([]);
  expect(breakingChanges(before, contract({}, { info: { version: '1.9.0' } }))).not.toEqual([]);
});

describe('the command', () => {
  const folder = temporaryFolder();

  /** A contract in a file, as JSON, which is YAML as well. */
  const file = (version: string, maxLength: number) => {
    const path = join(folder, `${version} ${maxLength}.yaml`);
    const title = { ...text, maxLength };
    writeFileSync(path, JSON.stringify(contract(sending(object({ title })), { info: { version } })));
    return path;
  };
  const compare = (...args: string[]) =>
    spawnSync('node', ['--import', 'tsx', 'src/cli/contract-diff.ts', ...args], { cwd: root, encoding: 'utf8' });

  it('fails and names each place when clients break', () => {
    const { status, stderr } = compare(file('1.0.0', 200), file('1.1.0', 100));
    expect([status, stderr.split('\n')]).toEqual([
      1,
      [
        'The contract (1.1.0) breaks the clients of the released one (1.0.0):',
        '  PUT /things/{id}: request body /title: maxLength narrowed from 200 to 100',
        'Take it back, or make info.version 2.0.0.',
        '',
      ],
    ]);
  });

  it('releases what breaks nobody, under a version of its own', () => {
    const [released, next] = [file('1.0.0', 200), file('1.1.0', 300)];
    const refused = compare('--release', released, file('1.0.0', 300));
    expect([refused.status, refused.stderr]).toEqual([1, '1.0.0 is released already: raise info.version\n']);
    expect(compare('--release', released, next)).toMatchObject({ status: 0, stdout: 'released 1.1.0\n' });
    expect(readFileSync(released, 'utf8')).toBe(readFileSync(next, 'utf8'));
  });

  it('releases nothing that breaks clients', () => {
    const released = file('1.0.0', 200);
    expect(compare('--release', released, file('1.1.0', 100)).status).toBe(1);
    expect(readFileSync(released, 'utf8')).toContain('"maxLength":200');
  });
});
