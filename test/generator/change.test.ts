// A contract that changes after its tables were made: what `resource generate` writes then, and what it refuses.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readSnapshot } from '../../src/cli/resource/migrations/snapshot.ts';
import { tablesOf } from '../../src/cli/resource/migrations/tables.ts';
import { migrationText } from '../../src/cli/resource/templates/migration.ts';
import { createDatabase } from '../support/database.ts';
import { folders, integer, moment, nullable, resources, text } from './migrations/notes.ts';
import { creating, described, load } from './migrations/project.ts';
import { copyProject, type Project } from './project.ts';

let project: Project;
let [contract, snapshot] = ['', ''];

beforeAll(async () => {
  project = await copyProject();
  const fields = ['title:string:required:max=200', 'body:text', 'state:string:enum=open|done:default=open'];
  await project.resource('add', 'note', ...fields.flatMap((field) => ['--field', field]));
  expect(await project.resource('generate')).toMatchObject({ code: 0 });
  contract = await project.read('openapi.yaml');
  snapshot = await project.read('migrations/snapshot.json');
});
beforeEach(async () => {
  await writeFile(join(project.folder, 'openapi.yaml'), contract);
  await writeFile(join(project.folder, 'migrations/snapshot.json'), snapshot);
});
afterAll(() => project.remove());

/** Changes the schemas of notes. */
async function change(from: RegExp, to: string): Promise<void> {
  const start = contract.indexOf('\n    Note:\n');
  const notes = contract.slice(start);
  expect(notes).toMatch(from);
  await writeFile(join(project.folder, 'openapi.yaml'), contract.slice(0, start) + notes.replace(from, to));
}

/** The line in which the title of a note is described. */
function lineOfTitle(): number {
  const title = contract.indexOf('\n        title:\n', contract.indexOf('\n    Note:\n'));
  return contract.slice(0, title + 1).split('\n').length;
}

const migrations = (...options: string[]) =>
  project.run(process.execPath, ['--import', 'tsx', 'src/cli/migrations.ts', ...options]);
const check = () => migrations();
const taken = () => migrations('--taken');

it('writes the migration for the difference, and nothing when it is run again', async () => {
  expect(await check()).toMatchObject({ code: 0 });
  await change(/maxLength: 200/g, 'maxLength: 300');
  expect(await check()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('  notes: title is varchar(300) and no longer varchar(200)\n'),
  });
  const { code, stdout } = await project.resource('generate');
  const [, migration = ''] = /new +(migrations\/\d+_alter_notes\.ts)\n/.exec(stdout) ?? [];
  expect([code, stdout]).toEqual([0, expect.stringContaining('changed  migrations/snapshot.json\n')]);
  expect(stdout).toContain('\n  safe         notes: title is varchar(300) and no longer varchar(200)\n');
  expect(await project.read(migration)).toContain(
    `alterTable(knex, 'notes', ['alter column title type varchar(300)']);`,
  );
  expect(await check()).toMatchObject({ code: 0 });
  expect((await project.resource('generate')).stdout).toMatch(/^Nothing to do/);
  const { stdout: lint } = await project.run(process.execPath, [
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--vcs-enabled=false',
    migration,
  ]);
  expect(lint).toContain('No fixes applied');
});

it('refuses what would lose data, says where it is asked for and how to let it happen, and writes nothing', async () => {
  await change(/maxLength: 200/g, 'maxLength: 100');
  const refused = await project.resource('generate');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toBe(
    `openapi.yaml:${lineOfTitle()}: notes.title: title is varchar(100) and no longer varchar(200), and values that do not fit varchar(100) would be cut or lost. To let them go: --narrow notes.title.\n`,
  );
  expect(await project.read('migrations/snapshot.json')).toBe(snapshot);
  expect(await project.resource('generate', '--dry-run', '--narrow', 'notes.title')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /_alter_notes\.ts\n.*\nWhat the migrations do:\n {2}destructive {2}notes: title is varchar\(100\) [^\n]*\n$/s,
    ),
  });
});

it('refuses to let what refers to one resource refer to another: the same numbers would name other rows', async () => {
  const referring = (schema: string) =>
    `$1task_id: { type: [integer, "null"], minimum: 1, maximum: 9007199254740991, x-references: ${schema} }$1title:`;
  await change(/(\n +)title:/, referring('Task'));
  expect(await project.resource('generate')).toMatchObject({ code: 0 });
  await change(/(\n +)title:/, referring('Note'));
  const refused =
    'notes.task_id: task_id refers to notes and no longer to tasks, and what stands in it are rows of tasks. Take it out first, with --drop notes.task_id; then put it in anew.';
  expect(await project.resource('generate')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: `openapi.yaml:${lineOfTitle()}: ${refused}\n`,
  });
  await writeFile(join(project.folder, 'openapi.yaml'), contract);
  expect(await project.resource('generate', '--drop', 'notes.task_id')).toMatchObject({ code: 0 });
  await change(/(\n +)title:/, referring('Note'));
  expect(await project.resource('generate')).toMatchObject({ code: 0, stderr: '' });
});

it('says what it cannot make sense of any more, and leaves that as it is', async () => {
  const list = contract.indexOf('operationId: listNotes');
  const byColour = contract.slice(list).replace('column: created_at', 'column: colour');
  await writeFile(join(project.folder, 'openapi.yaml'), contract.slice(0, list) + byColour);
  const { code, stderr } = await project.resource('generate');
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(
      /^openapi\.yaml:\d+: it sorts, filters or searches by colour, which is no property\. Until that is mended, the indexes of notes stay as they are\.\n$/,
    ),
  ]);
  expect(await project.read('migrations/snapshot.json')).toBe(snapshot);
  expect(await check()).toMatchObject({ code: 0 }); // whoever writes a list sees to its indexes
});

it('a table that cannot be made sense of is no table that nothing is wrong with', async () => {
  await change(/(\n +)title:\n/, '$1labels: { type: array, items: { type: string }, maxItems: 9 }$1title:\n');
  expect(await check()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^Whether openapi\.yaml asks for others cannot be said:\n {2}openapi\.yaml:\d+: .+ Until that is mended, the table notes stays as it is\.\nMend it, or see to these tables yourself: .+\n$/,
    ),
  });
  expect(await taken()).toMatchObject({ code: 0, stdout: 'Yours from now on, with every change of them: notes\n' });
  expect(await check()).toMatchObject({ code: 0 });
  expect(JSON.parse(await project.read('migrations/snapshot.json'))).not.toHaveProperty('notes');
  await writeFile(join(project.folder, 'openapi.yaml'), contract);
  expect(await project.resource('generate')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /^openapi\.yaml:\d+: a migration makes notes, and migrations\/snapshot\.json did not know it: see to it that it is as the contract has it now\n$/,
    ),
  });
  expect(await project.resource('generate')).toMatchObject({ code: 0, stderr: '' });
});

it('what another resource has at the same word says nothing of this one', async () => {
  const paths = contract.indexOf('\npaths:\n') + '\npaths:\n'.length;
  const other =
    '  /notes:\n    get:\n      operationId: getNotes\n      responses: { "204": { description: None. } }\n';
  await writeFile(join(project.folder, 'openapi.yaml'), contract.slice(0, paths) + other + contract.slice(paths));
  const { stderr } = await project.resource('generate', '--dry-run');
  expect(stderr).toContain('getNotes');
  expect(stderr).not.toContain('the indexes of notes');
});

it('says what a write that is there already is not made for', async () => {
  await change(/type: \[string, "null"\]/g, 'type: string');
  const { code, stderr } = await project.resource('generate', '--dry-run', '--fill', 'notes.body=x');
  const remark =
    /^openapi\.yaml:\d+: a row could be created without body: .+\. Until that is mended, the handler of createNote has to see to it\.\n$/;
  expect([code, stderr]).toEqual([0, expect.stringMatching(remark)]);
});

it('says which answers a value that must be unique now adds', async () => {
  await change(/\n( +)title:\n/, '\n$1title:\n$1  x-unique: true\n');
  const { code, stderr } = await project.resource('generate', '--dry-run');
  // A creation may meet a key in use anyway: it documents 409 already.
  const remark =
    /^openapi\.yaml:\d+: updateNote answers 409 when title is the value of another row, which its responses should document\n$/;
  expect([code, stderr]).toEqual([0, expect.stringMatching(remark)]);
});

it('says which body its tests cannot send, for it has no example', async () => {
  const create = contract.indexOf('operationId: createNote');
  const without = contract.slice(create).replace('examples:', 'x-examples:');
  await writeFile(join(project.folder, 'openapi.yaml'), contract.slice(0, create) + without);
  const { code, stderr } = await project.resource('generate', '--dry-run');
  const remark = /^openapi\.yaml:\d+: createNote has no example of its body, which its test and all suites send\n$/;
  expect([code, stderr]).toEqual([0, expect.stringMatching(remark)]);
});

it('says where rows may break what the contract holds them to from now on, once', async () => {
  await change(/minLength: 1(\n +maxLength: 200)/g, 'minLength: 2$1');
  const { code, stdout, stderr } = await project.resource('generate');
  expect([code, stdout]).toEqual([0, expect.stringContaining('  changed  migrations/snapshot.json\n')]);
  expect(stderr).toBe(
    `openapi.yaml:${lineOfTitle()}: notes.title: minLength is 2 and no longer 1: rows may break it, and answers with them are 500; nothing is changed. Mend the rows in a migration of your own.\n`,
  );
  expect(await project.resource('generate')).toMatchObject({ stdout: expect.stringMatching(/^Nothing/), stderr: '' });
});

it('a snapshot of an older build, which says nothing of limits, is read and gets them', async () => {
  const tables = readSnapshot(snapshot);
  const older = Object.fromEntries(
    Object.entries(tables).map(([name, { limits: _limits, ...table }]) => [name, table]),
  );
  await writeFile(join(project.folder, 'migrations/snapshot.json'), JSON.stringify(older));
  expect(await check()).toMatchObject({ code: 0 });
  expect(await project.resource('generate')).toMatchObject({ code: 0, stderr: '' });
  expect(await project.read('migrations/snapshot.json')).toBe(snapshot);
});

it('says what code is left of a resource that is gone', async () => {
  await writeFile(join(project.folder, 'openapi.yaml'), await readFile('openapi.yaml'));
  expect(await project.resource('generate', '--dry-run', '--drop', 'notes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('\n  destructive  notes: it is gone\n'),
    stderr: 'src/resources/notes is of no use any more: remove it, its test and its lines in src/operations.ts\n',
  });
});

it('a contract that is no YAML is a line, and no stack', async () => {
  await writeFile(join(project.folder, 'openapi.yaml'), `${contract}\npaths: [\n`);
  const { code, stderr } = await project.run(process.execPath, ['--import', 'tsx', 'src/cli/generate.ts']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^deficient indentation in "openapi.yaml" \(\d+:\d+\)/)]);
  expect(stderr).not.toContain('    at ');
});

it('rows get nothing that nobody could send', async () => {
  await change(/(\n +)title:/g, '$1stars: { type: integer, minimum: 1, maximum: 5, default: 3 }$1title:');
  const fill = (value: string) => project.resource('generate', '--dry-run', '--fill', `notes.stars=${value}`);
  expect(await fill('9')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--fill notes.stars=9: it must be <= 5.'),
  });
  expect(await fill('5')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('\n  backfill     notes: stars is new\n'),
  });
  await change(
    /(\n +)title:/g,
    '$1stars: { type: string, format: uuid, maxLength: 36, default: 00000000-0000-0000-0000-000000000000 }$1title:',
  );
  expect(await fill('garbage')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--fill notes.stars=garbage: it must match format "uuid".'),
  });
});

it('rows get what is said of a field whatever its name, up to the first =', async () => {
  const properties =
    '$1due-note: { type: string, maxLength: 9, default: a }$1größe: { type: string, maxLength: 9, default: a }';
  await change(/(\n +)title:/g, `${properties}$1title:`);
  const options = ['--fill', 'notes.due-note=x=y', '--fill', 'notes.größe='];
  const { code, stdout, stderr } = await project.resource('generate', ...options);
  expect(code, stderr).toBe(0);
  const [, migration = ''] = /(migrations\/\d+_alter_notes\.ts)\n/.exec(stdout) ?? [];
  const text = await project.read(migration);
  expect(text).toContain(`"due-note" varchar(9) not null default 'x=y'`);
  expect(text).toContain(`"größe" varchar(9) not null default ''`);
});

it.each([
  [['--drop', 'notes.bodi'], 1, '--drop notes.bodi: nothing asks for that.\n'],
  [['--fill', 'open'], 2, '--fill open: say a column and a value, such as notes.state=open\n'],
  [['--fill', 'state=a.b'], 2, '--fill state=a.b: say a column and a value, such as notes.state=open\n'],
])('%j is a mistake, and is called one', async (options, code, stderr) => {
  expect(await project.resource('generate', ...options)).toMatchObject({ code, stdout: '', stderr });
});

it('a snapshot that cannot be read stops it', async () => {
  await writeFile(join(project.folder, 'migrations/snapshot.json'), '{');
  expect(await project.resource('generate')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^migrations\/snapshot\.json cannot be read: /),
  });
  expect(await taken()).toMatchObject({ code: 0, stdout: '', stderr: '' }); // it is written anew
  expect(await project.read('migrations/snapshot.json')).toBe(snapshot);
  for (const damaged of ['[1]', '{"notes":{}}', '{"notes":{"columns":{}}}', 'null']) {
    expect(() => readSnapshot(damaged)).toThrow(/^migrations\/snapshot\.json cannot be read: .+$/);
  }
});

it('the snapshot says what the migrations of new resources make', async () => {
  const all = resources({
    properties: {
      title: { ...text(200), 'x-unique': true },
      body: nullable(text(100_000)),
      order: { type: 'string', enum: ['a', "b?'", String.raw`c\?`], default: "b?'" },
      rank: { ...nullable(integer), 'x-index': true },
      weight: { type: 'number', default: 1.5 },
      pinned: { type: 'boolean', default: true },
      due: nullable(moment),
      folder_id: nullable({ ...integer, minimum: 1, 'x-references': 'Folder' }),
      above_id: nullable({ ...integer, minimum: 1, 'x-references': 'Note' }),
      text: { ...text(100), 'x-index': true },
    },
    parameters: [
      { name: 'q', in: 'query', 'x-search': ['title', 'body'], schema: { type: 'string' } },
      {
        name: 'sort',
        in: 'query',
        'x-sort': { due: { column: 'due', order: 'asc' }, text: { column: 'text', order: 'asc' } },
        schema: { type: 'string', enum: ['due', 'text'] },
      },
      { name: 'order', in: 'query', 'x-filter': true, schema: { type: 'string', enum: ['a'] } },
    ],
    ...folders,
  });
  const { db, close } = await createDatabase();
  const scaffolded = await Promise.all([...all].reverse().map((resource) => load(migrationText(resource, all))));
  for (const { up } of scaffolded) await up(db);
  const made = await described(db, ['notes', 'folders']);
  for (const { down } of scaffolded.reverse()) await down(db);
  await (await creating(tablesOf(all))).up(db);
  expect(await described(db, ['notes', 'folders'])).toEqual(made);
  expect(JSON.stringify(made)).toContain("'b?'''");
  await close();
});
