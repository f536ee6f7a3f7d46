// The command line of `resource add`: what it says and writes, and that it says clearly what it cannot do.
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addResource } from '../../src/cli/resource/add/add.ts';
import { readFieldFlag } from '../../src/cli/resource/add/field-flag.ts';
import { copyProject, type Project } from './project.ts';
import { argumentsOf, specOf } from './specs.ts';

let project: Project;
let contract: string;
beforeAll(async () => {
  project = await copyProject();
  contract = await project.read('openapi.yaml');
});
beforeEach(() => writeFile(join(project.folder, 'openapi.yaml'), contract));
afterAll(() => project.remove());

describe('resource add', () => {
  it('writes the contract, and leaves nothing else behind', async () => {
    const { mode } = await stat(join(project.folder, 'openapi.yaml'));
    const { code, stdout } = await project.resource('add', ...argumentsOf('note'));
    expect(code).toBe(0);
    expect(stdout).toContain('  POST /api/{user_id}/notes\n');
    expect(await project.read('openapi.yaml')).toBe(addResource(contract, specOf('note')));
    expect((await stat(join(project.folder, 'openapi.yaml'))).mode).toBe(mode);
    expect((await readdir(project.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('--dry-run prints the difference and writes nothing', async () => {
    const { code, stdout } = await project.resource('add', ...argumentsOf('shipment'), '--dry-run');
    expect(code).toBe(0);
    expect(await project.read('openapi.yaml')).toBe(contract);
    expect(applyPatch(contract, stdout)).toBe(addResource(contract, specOf('shipment')));
  });

  it('--spec says the same as the options', async () => {
    const file = `
name: line_item
plural: line_items
flat: true
toggle: settled=settle
belongs_to: [task:optional]
fields:
  - label:string:required:max=80
  - { name: settled, type: bool, default: false }
  - { name: amount, type: int, required: true, min: 1, max: 99, index: true, unique: false }
  - name: state
    type: string
    enum: [draft, sent]
    default: draft
`;
    await writeFile(join(project.folder, 'line.yaml'), file);
    const options = [
      'line_item',
      '--plural',
      'line_items',
      '--flat',
      '--toggle',
      'settled=settle',
      '--belongs-to',
      'task:optional',
    ];
    const fields = ['label:string:required:max=80', 'settled:bool=false', 'amount:int:required:min=1:max=99:index'];
    const flags = [...fields, 'state:string=draft:enum=draft|sent'].flatMap((field) => ['--field', field]);
    const [a, b] = await Promise.all([
      project.resource('add', '--spec', 'line.yaml', '--dry-run'),
      project.resource('add', ...options, ...flags, '--dry-run'),
    ]);
    expect(a).toEqual(b);
    expect(a.stdout).toContain('+  /line-items/{id}/settle:');
  });

  it('--help explains the fields', async () => {
    const { code, stdout } = await project.resource('add', '--help');
    expect(code).toBe(0);
    for (const word of ['--belongs-to', '--dry-run', 'datetime', 'enum=', 'npm run resource add note']) {
      expect(stdout).toContain(word);
    }
  });

  it.each([
    ['an unknown option', ['note', '--feild', 'title:string'], 2, 'Did you mean --field?'],
    ['a field that makes no sense', ['note', '--field', 'title:strin'], 2, 'unknown type "strin"'],
    ['no field', ['note'], 2, 'note has no field'],
    ['two toggles', ['note', '--toggle', 'done', '--toggle', 'pinned'], 2, '--toggle can be said once'],
    ['two parents', ['note', '--parent', 'task', '--parent', 'user'], 2, '--parent can be said once'],
    ['two plurals', ['note', '--plural', 'a', '--plural=b'], 2, 'and stands here twice: a and b'],
    ['two specifications', ['--spec', 'a.yaml', '--spec', 'b.yaml'], 2, '--spec can be said once'],
    ['no name', ['--field', 'title:string'], 2, 'say what one is called'],
    ['a specification and options', ['note', '--spec', 'note.yaml'], 2, 'does not go together with --spec'],
    ['a specification that is not there', ['--spec', 'none.yaml'], 1, 'none.yaml'],
    ['a name that is taken', ['task', '--field', 'title:string'], 1, 'task is taken: openapi.yaml has the path'],
  ])('refuses %s, and writes nothing', async (_name, args, code, message) => {
    const outcome = await project.resource('add', ...args);
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(outcome.stderr).not.toContain('    at ');
    expect(await project.read('openapi.yaml')).toBe(contract);
  });

  it.each([
    ['- title:strin', 'spec.yaml:2: character 7: unknown type "strin"'],
    ['- { name: title, type: string, max: many }', 'spec.yaml:2: "many" is not a number'],
    ['- { name: title, type: string, wide: true }', 'spec.yaml:2: unknown option "wide"'],
    ['- { name: title }', 'spec.yaml:2: a field has a name and a type'],
    ['- title:string\ncolour: red', 'spec.yaml:3: unknown member "colour"'],
    ['- title:string\nshared: maybe', 'spec.yaml:3: shared is true or false'],
  ])('names the line of a specification that makes no sense: %s', async (fields, message) => {
    await writeFile(join(project.folder, 'spec.yaml'), `fields:\n  ${fields}\nname: note\n`);
    expect(await project.resource('add', '--spec', 'spec.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

describe('a field is refused where it makes no sense:', () => {
  it.each([
    ['title', 1, 'a field is name:type'],
    ['title:', 7, 'unknown type ""'],
    ['title:strin:required', 7, 'unknown type "strin"'],
    ['title:string:requird', 14, 'unknown option "requird"'],
    ['title:string:required=yes', 23, 'required takes no value'],
    ['title:string:max=', 18, 'max= needs a value'],
    ['title:string:max=many', 18, '"many" is not a number'],
    ['title:string:max=0', 18, 'the length of a string is from 1 to 5000'],
    ['title:string:max=5001', 18, 'the length of a string is from 1 to 5000'],
    ['title:string:max=1:max=2', 20, 'max stands here twice'],
    ['title:string:min=9:max=8', 18, 'min=9 is over max=8'],
    ['title:string=abc:max=2', 14, 'a text of 3 characters is over max=2'],
    ['title:string=abc:required', 14, 'has no use for a default'],
    ['title:string:enum=a|b=a', 19, '"b=a" cannot be a value of enum='],
    ['title:string:enum=a|a', 19, 'enum= has "a" twice'],
    ['title:string=c:enum=a|b', 14, '"c" is not a value of enum='],
    ['title:string:enum=a|b:max=3', 27, 'the values of enum= are limit enough'],
    ['title:string:max=401:unique', 22, 'at most 400 characters'],
    ['body:text:index', 11, 'a text is too long for index'],
    ['body:text:search=yes', 18, 'search takes no value'],
    ['title:string:enum=a|b:search', 23, 'the values of enum= are few'],
    ['size:int:search', 10, 'only a string or a text can be searched'],
    ['size:int=1.5', 10, '"1.5" is not a number of type int'],
    ['size:int=9007199254740992', 10, 'over the largest safe integer'],
    ['size:int=5:max=4', 10, '5 is over max=4'],
    ['size:int:enum=1|2', 15, 'only a string can have enum='],
    ['done:bool=yes', 11, 'true or false, not "yes"'],
    ['done:bool:unique', 11, 'a unique bool would allow two rows'],
    ['code:int=0:unique', 10, 'of what is unique one row alone could have the default'],
    ['kind:string:enum=a|b:unique', 22, 'a unique enum would allow 2 rows'],
    ['done:bool:max=1', 15, 'a bool has no max'],
    [String.raw`at:datetime=2026-02-30T00\:00\:00Z`, 13, 'is not a moment'],
  ])('%s', (text, character, message) => {
    expect(() => readFieldFlag(text)).toThrow(`--field, character ${character}: `);
    expect(() => readFieldFlag(text)).toThrow(message);
    expect(() => readFieldFlag(text)).toThrow(`\n  ${text}\n  ${' '.repeat(character - 1)}^`);
  });
});
