// `resource generate`: what it makes of tasks is what tasks are, what it cannot make it says, and it does all or nothing.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Document, parseDocument } from 'yaml';
import { addResource } from '../../src/cli/resource/add/add.ts';
import { type Generated, generate } from '../../src/cli/resource/generate.ts';
import { copyProject, type Project } from './project.ts';
import { specOf } from './specs.ts';

const operationsFile = 'src/operations.ts';
const snapshot = 'migrations/snapshot.json';

async function newProject(...resources: string[]): Promise<Project> {
  const project = await copyProject();
  onTestFinished(() => project.remove());
  const contract = await project.read('openapi.yaml');
  const all = resources.reduce((text, name) => addResource(text, specOf(name)), contract);
  await write(project, 'openapi.yaml', all);
  return project;
}

function write(project: Project, file: string, text: string): Promise<void> {
  return writeFile(join(project.folder, file), text);
}

function generateIn({ folder }: Project, options: { dryRun?: boolean } = {}): Promise<Generated> {
  return generate({ root: pathToFileURL(`${folder}/`), now: new Date('2026-04-01T09:00:00Z'), ...options });
}

/** Every file of a project, but for what is installed. */
async function filesOf({ folder }: Project): Promise<Record<string, string>> {
  const paths = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** Changes the contract in a way that `resource add` has no word for. */
async function edit(project: Project, change: (contract: Document) => void): Promise<string> {
  const contract = parseDocument(await project.read('openapi.yaml'));
  change(contract);
  const text = contract.toString();
  await write(project, 'openapi.yaml', text);
  return text;
}

/** `openapi.yaml:12` for the line that holds a text, the first after another. */
function placeOf(text: string, line: string, after = ''): string {
  const start = text.indexOf(line, text.indexOf(after)) + line.length - line.trimStart().length;
  return `openapi.yaml:${text.slice(0, start).split('\n').length}`;
}

describe('of tasks', () => {
  it('it makes the files that are there, byte for byte', async () => {
    const project = await newProject();
    const tasks = ['src/resources/tasks/model.ts', 'src/resources/tasks/handlers.ts'];
    const migration = 'migrations/20260301000001_tasks.ts';
    const before = await Promise.all([...tasks, operationsFile, snapshot, migration].map((file) => project.read(file)));
    for (const file of [...tasks, migration]) await rm(join(project.folder, file));
    await write(project, snapshot, '{}\n');
    const operations = await project.read(operationsFile);
    await write(project, operationsFile, operations.replace(/^.*taskHandlers.*\n/gm, ''));

    const { files, remarks } = await generateIn(project);
    expect(remarks).toEqual([]);
    expect(files.map(({ path }) => path)).toContain('migrations/20260401090000_tasks.ts');
    const made = 'migrations/20260401090000_tasks.ts';
    const after = await Promise.all([...tasks, operationsFile, snapshot, made].map((file) => project.read(file)));
    expect(after).toEqual(before);
  });

  it('nothing is missing', async () => {
    const { files, remarks } = await generateIn(await newProject(), { dryRun: true });
    expect({ files, remarks }).toEqual({ files: [], remarks: [] });
  });
});

describe('it does all or nothing', () => {
  it('a dry run writes nothing, and says what would be written', async () => {
    const project = await newProject('note');
    const before = await filesOf(project);
    const { files } = await generateIn(project, { dryRun: true });
    expect(await filesOf(project)).toEqual(before);
    expect((await generateIn(project)).files.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  });

  it('a file that cannot be written leaves the others unwritten', async () => {
    const project = await newProject('note');
    const before = await filesOf(project);
    await mkdir(join(project.folder, 'test/notes.test.ts.new'));
    await expect(generateIn(project)).rejects.toThrow('EISDIR');
    expect(await filesOf(project)).toEqual(before);
  });

  it('a file that cannot be put in its place takes back those that were', async () => {
    const project = await newProject('note');
    const before = await filesOf(project);
    await mkdir(join(project.folder, 'test/notes.test.ts/in-the-way'), { recursive: true });
    await expect(generateIn(project)).rejects.toThrow();
    expect(await filesOf(project)).toEqual(before);
  });

  it.each([
    ['is misspelt', 'x-uniqe', true, "is no word of Deed's, and x-unique is"],
    ['means nothing', 'x-unique', 'yes', 'must be true or false'],
    ['may not be sent', 'default', 'none', 'must be object'],
    [
      'names nothing',
      'x-references',
      'Projekt',
      'must name the schema of a resource that has owners, and Projekt is none',
    ],
  ])('what the contract says and %s leaves all unwritten', async (_name, word, value, message) => {
    const project = await newProject('note');
    const text = await edit(project, (contract) => contract.setIn(['components', 'schemas', 'Note', word], value));
    const before = await filesOf(project);
    const place = placeOf(text, `\n      ${word}:`, '\n    Note:');
    await expect(generateIn(project)).rejects.toThrow(`${place}: /components/schemas/Note/${word} ${message}`);
    expect(await filesOf(project)).toEqual(before);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a type that there is not', { type: 'bool' }, 'Note/type must be one of array, boolean, '],
    ['a pattern that is none', { pattern: '[a-' }, 'Note/pattern is no regular expression: Unterminated'],
    ['a reference in a circle', { $ref: '#/components/schemas/Note' }, 'Note refers to itself in a circle'],
    ['another file', { $ref: './other.yaml#/Note' }, 'Note refers to another file, and all has to stand in this one'],
  ])('%s in the contract is said with its line, and otherwise as the start says it', async (_name, schema, message) => {
    const project = await newProject('note');
    const text = await edit(project, (contract) => contract.setIn(['components', 'schemas', 'Note'], schema));
    const note = '\n    Note:';
    const place = placeOf(text, message.startsWith('Note/') ? `\n      ${Object.keys(schema)}:` : note, note);
    const before = await filesOf(project);
    const generated = await project.run(process.execPath, ['--import', 'tsx', 'src/cli/generate.ts']);
    for (const { code, stdout, stderr } of [generated, await project.resource('generate')]) {
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^(openapi\.yaml:\d+: \/[^\n]*\n)+$/);
      expect(stderr).toContain(`${place}: /components/schemas/${message}`);
    }
    expect(await filesOf(project)).toEqual(before);
  });

  it('a file that exists is left as it is', async () => {
    const project = await newProject('note');
    await mkdir(join(project.folder, 'src/resources/notes'));
    await write(project, 'src/resources/notes/model.ts', '// mine');
    const { files } = await generateIn(project);
    expect(await project.read('src/resources/notes/model.ts')).toBe('// mine');
    expect(files.map(({ path }) => path)).toContain('src/resources/notes/handlers.ts');
  });
});

it('a model whose rows are within others by now, or no longer, is said with what to write', async () => {
  const project = await newProject('conversation', 'message');
  await generateIn(project);
  const parents = "  static override readonly parents = { conversation_id: 'conversations' };\n";
  const [tasks, messages] = ['tasks', 'messages'].map((name) => `src/resources/${name}/model.ts`) as [string, string];
  const [ofTasks, ofMessages] = [await project.read(tasks), await project.read(messages)];
  expect(ofMessages).toContain(parents);
  await write(project, messages, ofMessages.replace(parents, ''));
  await write(project, tasks, ofTasks.replace(/}\n$/, `${parents}}\n`));
  const { remarks } = await generateIn(project);
  const lead = ': /api/{user_id}/conversations/{conversation_id}/messages is part of conversations, and';
  expect(remarks).toEqual([
    expect.stringContaining(
      `: /api/{user_id}/tasks is part of nothing else, and ${tasks} says otherwise: take parents out;`,
    ),
    expect.stringContaining(`${lead} ${messages} says otherwise: write ${parents.trim().slice(0, -1)};`),
  ]);
});

it('a model whose schema has another name by now is said with what to write', async () => {
  const project = await newProject();
  const contract = await project.read('openapi.yaml');
  const text = contract.replaceAll('/schemas/Task"', '/schemas/Issue"').replace(/^ {4}Task:$/m, '    Issue:');
  await write(project, 'openapi.yaml', text);
  const model = 'src/resources/tasks/model.ts';
  const before = await project.read(model);
  const { remarks } = await generateIn(project);
  const path = '/api/{user_id}/tasks';
  expect(remarks).toEqual([
    `${placeOf(text, `  ${path}:`)}: ${path} has the schema Issue, and ${model} says Task: write schema = 'Issue'`,
  ]);
  expect(await project.read(model)).toBe(before);
  await write(project, model, before.replace("schema = 'Task'", 'schema = "Issue"'));
  expect((await generateIn(project)).remarks).toEqual([]);
});

/** An operation of a person's that is documented as not written yet. */
function unwritten(contract: Document, operationId: string, responses: Record<string, unknown> = {}): object {
  const documented = (contract.toJS() as { paths: Record<string, Record<string, { responses: object }>> }).paths;
  const toggle = documented['/api/{user_id}/tasks/{id}/complete']?.['patch'];
  const problem = {
    type: 'about:blank',
    title: 'Not Implemented',
    status: 501,
    detail: `${operationId} is not written yet.`,
    instance: 'a',
  };
  const content = { schema: { $ref: '#/components/schemas/Problem' }, examples: { unwritten: { value: problem } } };
  const later = {
    description: 'It is not written yet.',
    headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
    content: { 'application/problem+json': content },
  };
  const { 412: _412, ...usual } = { ...toggle?.responses } as Record<string, unknown>;
  return {
    ...toggle,
    operationId,
    'x-toggle': undefined,
    responses: { ...usual, ...responses, 501: later },
  };
}

/** Nothing says what it does. */
function archiving(contract: Document): object {
  const [owner, id] = [{ $ref: '#/components/parameters/UserId' }, { $ref: '#/components/parameters/NoteId' }];
  return { parameters: [owner, id], patch: unwritten(contract, 'archiveNote') };
}

it('the test that it makes of a number that is one of some passes', async () => {
  const project = await newProject('note');
  const few = {
    level: [{ type: 'integer', enum: [2, 4, 8] }, 4],
    rank: [{ type: 'integer', enum: [1, 2, 3] }, 2],
  } as const;
  await edit(project, (contract) => {
    const collection = ['paths', '/api/{user_id}/notes'];
    const create = [...collection, 'post', 'requestBody', 'content', 'application/json', 'examples'];
    for (const [name, [listed, value]] of Object.entries(few)) {
      const schema = name === 'rank' ? { ...listed, minimum: 1, maximum: 3 } : listed;
      for (const one of ['Note', 'NoteCreate', 'NoteUpdate']) {
        contract.setIn(['components', 'schemas', one, 'properties', name], schema);
      }
      contract.addIn(['components', 'schemas', 'NoteCreate', 'required'], name);
      for (const example of ['minimal', 'full']) contract.setIn([...create, example, 'value', name], value);
      contract.addIn([...collection, 'get', 'parameters'], { name, in: 'query', 'x-filter': true, schema });
    }
  });
  expect((await generateIn(project)).remarks).toEqual([]);
  const { code, stdout, stderr } = await project.run('npx', ['vitest', 'run', 'test/notes.test.ts']);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/Tests .*\d\d passed/);
}, 300_000);

describe('what it cannot make', () => {
  it('is said with its line, and answers 501 as documented until somebody writes it; the rest is made', async () => {
    const project = await newProject('note');
    const text = await edit(project, (contract) => {
      contract.setIn(['paths', '/api/{user_id}/notes/{id}/archive'], archiving(contract));
      contract.setIn(['paths', '/api/{user_id}/reports'], {
        parameters: [{ $ref: '#/components/parameters/UserId' }],
        patch: unwritten(contract, 'makeReport'),
      });
      contract.setIn(['components', 'schemas', 'NoteUpdate'], {
        oneOf: [{ $ref: '#/components/schemas/NoteCreate' }, { $ref: '#/components/schemas/TaskUpdate' }],
      });
    });
    const { remarks } = await generateIn(project);

    const notes = 'src/resources/notes/handlers.ts';
    const archive = placeOf(text, '    patch:', '/api/{user_id}/notes/{id}/archive:');
    const report = placeOf(text, '    patch:', '/api/{user_id}/reports:');
    const update = placeOf(text, '    put:', '/api/{user_id}/notes/{id}:');
    expect(remarks.sort()).toEqual(
      [
        `${archive}: archiveNote cannot be made: nothing says what this action does: x-toggle names a boolean property. Write it in ${notes}; until then it answers 501.`,
        `${report}: makeReport cannot be made: patch is not known on a collection. Write it in src/resources/reports/handlers.ts; until then it answers 501.`,
        `${update}: updateNote cannot be made: its body is one of several schemas (oneOf, anyOf). Write it in ${notes}; until then it answers 501, which its responses should document ("501" with the schema Problem).`,
      ].sort(),
    );
    expect(await project.read(notes)).toContain('getNote: async');
    expect(await project.read(operationsFile)).toContain('...reportsHandlers');

    const types = await project.run('npx', ['tsc', '--noEmit']);
    expect(types).toMatchObject({ code: 0, stdout: '' });
    const suite = [
      'vitest',
      'run',
      'test/consumer/server.test.ts',
      '-t',
      'the server (archiveNote|makeReport) answers',
    ];
    const { code, stdout, stderr } = await project.run('npx', suite);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Tests .*\d\d passed/);
  }, 300_000);

  it('is said once of a resource that waits for its schema, and all of it is made when that is mended', async () => {
    const project = await newProject('note');
    const title = ['components', 'schemas', 'Note', 'properties', 'title'];
    const text = await edit(project, (contract) => {
      contract.setIn([...title, 'x-index'], true);
      contract.deleteIn([...title, 'maxLength']);
      contract.setIn(['paths', '/api/{user_id}/notes/{id}/archive'], archiving(contract));
    });
    const { files, remarks } = await generateIn(project);
    const place = placeOf(text, '        title:', '\n    Note:');
    expect(remarks).toEqual([
      `${place}: it may be longer than 400 characters, too long for an index. Until that is mended, none of these is made: archiveNote, listNotes, createNote, getNote, updateNote, deleteNote.`,
    ]);
    expect(files.map(({ path }) => path)).toEqual(['src/generated/server.ts', 'client/src/generated/contract.ts']);

    await edit(project, (contract) => contract.setIn([...title, 'maxLength'], 200));
    const mended = await generateIn(project);
    expect(mended.remarks).toEqual([expect.stringContaining('archiveNote cannot be made')]);
    const handlers = 'src/resources/notes/handlers.ts';
    expect(mended.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([handlers, 'src/resources/notes/model.ts', operationsFile]),
    );
    for (const id of ['archiveNote', 'listNotes']) expect(await project.read(handlers)).toContain(id);
  });

  it("and what belongs into a file that is a person's is said with what to write", async () => {
    const project = await newProject();
    const text = await edit(project, (contract) => {
      const parameters = [{ $ref: '#/components/parameters/UserId' }, { $ref: '#/components/parameters/TaskId' }];
      const toggle = contract.toJS().paths['/api/{user_id}/tasks/{id}/complete'].patch;
      contract.setIn(['paths', '/api/{user_id}/tasks/{id}/star'], {
        parameters,
        patch: { ...toggle, operationId: 'toggleTaskStar' },
      });
    });
    const { files, remarks } = await generateIn(project);
    expect(files.map(({ path }) => path)).toEqual(['src/generated/server.ts', 'client/src/generated/contract.ts']);
    const place = placeOf(text, '    patch:', '/api/{user_id}/tasks/{id}/star:');
    expect(remarks).toEqual([
      expect.stringContaining(
        `${place}: toggleTaskStar has no handler, and src/resources/tasks/handlers.ts is yours: add`,
      ),
    ]);
    expect(remarks[0]).toContain(`const { row, version } = await scope.rows(Task).toggle(key, 'completed'`);
  });

  it('is said of a name before that no column had; one that has done its work is no matter', async () => {
    const project = await newProject();
    const properties = ['components', 'schemas', 'Task', 'properties'];
    const text = await edit(project, (contract) => {
      contract.setIn([...properties, 'colour'], { type: ['string', 'null'], maxLength: 20, 'x-renamed-from': 'color' });
      contract.setIn([...properties, 'due_date', 'x-renamed-from'], 'due');
    });
    const { remarks } = await generateIn(project, { dryRun: true });
    const place = placeOf(text, '        colour:');
    expect(remarks).toEqual([`${place}: x-renamed-from: tasks has had no column color, so colour is new`]);
  });

  it('is said of an operation without a name, and nothing is written for it', async () => {
    const project = await newProject();
    const text = await edit(project, (contract) =>
      contract.setIn(['paths', '/odd'], { get: { responses: { 200: { description: 'x' } } } }),
    );
    const { files, remarks } = await generateIn(project, { dryRun: true });
    expect(files.map(({ path }) => path).filter((path) => path.includes('odd'))).toEqual([]);
    const place = placeOf(text, '    get:', '/odd:');
    expect(remarks).toEqual([`${place}: GET /odd cannot be made: it has no operationId.`]);
  });

  it('is said, and has a stub, also when its operationId is several words', async () => {
    const project = await newProject();
    const operation = { operationId: 'make a report', responses: { 200: { description: 'Made.' } } };
    await edit(project, (contract) => contract.setIn(['paths', '/reports', 'put'], contract.createNode(operation)));
    const { remarks } = await generateIn(project);
    expect(remarks).toEqual([
      expect.stringContaining('make a report cannot be made: put is not known on a collection.'),
    ]);
    expect(await project.read('src/resources/reports/handlers.ts')).toContain("  'make a report': () => {");
  });

  it('and was a stub for that, is said when it can be made, and has a model and a test then', async () => {
    const project = await newProject('note');
    const item = ['paths', '/api/{user_id}/notes/{id}'];
    const whole = await project.read('openapi.yaml');
    await edit(project, (contract) => contract.deleteIn(item));
    const { remarks: before } = await generateIn(project);
    expect(before.join('\n')).toContain('createNote cannot be made: /api/{user_id}/notes has no path for one item');
    expect(await project.read(operationsFile)).toContain('...notesHandlers');

    await write(project, 'openapi.yaml', whole);
    const { files, remarks } = await generateIn(project);
    const handlers = 'src/resources/notes/handlers.ts';
    const stub = `${placeOf(whole, '    post:', '/api/{user_id}/notes:')}: createNote can be made by now, and is a stub in ${handlers}: write\n`;
    expect(remarks).toContainEqual(
      expect.stringContaining(`${stub}  createNote: async ({ body, url, reply }, scope) => {`),
    );
    expect(remarks).toContainEqual(expect.stringContaining(`getNote has no handler, and ${handlers} is yours: add`));
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['src/resources/notes/model.ts', 'test/notes.test.ts']));

    await rm(join(project.folder, 'src/resources/notes'), { recursive: true });
    expect((await generateIn(project)).remarks).toEqual([]);
    expect(await project.read(operationsFile)).toContain('...noteHandlers');
    expect(await project.run('npx', ['tsc', '--noEmit'])).toMatchObject({ code: 0, stdout: '' });
  }, 300_000);

  it('has handlers of a name that TypeScript takes, and that no others have', async () => {
    const project = await newProject();
    const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'Made.' } } });
    await edit(project, (contract) => {
      for (const path of ['task', '2fa']) {
        contract.setIn(['paths', `/${path}`, 'put'], contract.createNode(operation(`put ${path}`)));
      }
    });
    const { remarks } = await generateIn(project);
    expect(remarks).toContain('src/operations.ts: add ...taskHandlers of src/resources/task/handlers.ts');
    const operations = await project.read(operationsFile);
    expect(operations.match(/taskHandlers/g)).toHaveLength(2);
    expect(operations).toContain("import { _2faHandlers } from './resources/2fa/handlers.ts';");
  });
});
