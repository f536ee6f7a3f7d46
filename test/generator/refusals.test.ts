// What `resource add` cannot make, because it contradicts itself or does not fit the contract.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addResource } from '../../src/cli/resource/add/add.ts';
import { readFieldFlag } from '../../src/cli/resource/add/field-flag.ts';
import { checkedSpec, readReference, readToggle, type Spec } from '../../src/cli/resource/add/spec.ts';
import { specOf } from './specs.ts';

const contract = readFileSync('openapi.yaml', 'utf8');

const plain: Spec = {
  name: 'note',
  plural: undefined,
  shared: false,
  flat: false,
  toggle: undefined,
  parent: undefined,
  belongsTo: [],
  fields: [readFieldFlag('title:string:required'), readFieldFlag('done:bool=false')],
};

function withField(text: string): Partial<Spec> {
  return { fields: [readFieldFlag(text)] };
}

describe('a specification is refused that has', () => {
  it.each<[string, Partial<Spec>, string]>([
    ['a name with capitals', { name: 'lineItem' }, 'a name is lower-case letters and digits'],
    ['a very long name', { name: 'a'.repeat(26) }, 'at most 25 characters'],
    ['a plural like its singular', { name: 'sheep', plural: 'sheep' }, 'must differ from the singular'],
    ['a plural that SQL reserves', { plural: 'all' }, 'a reserved word of SQL'],
    ['a field that every resource has', withField('version:int'), 'the field "version": every resource has its own'],
    ['a name that TypeScript has', { name: 'date' }, 'its model would hide what handlers call so'],
    ['a field that SQL reserves', withField('group:string'), 'the field "group": it is a reserved word of SQL'],
    ['a filter that every list has', withField('count:int:index'), 'lists have another parameter of that name'],
    ['a filter by the name of the search', withField('q:int:index'), 'lists have another parameter of that name'],
    ['a field twice', { ...withField('task_id:int'), belongsTo: [readReference('task')] }, 'the field "task_id" twice'],
    ['a toggle of nothing', { toggle: readToggle('gone') }, '--toggle gone: note has no such field'],
    ['a toggle of a text', { toggle: readToggle('title') }, '--toggle title: it is a string, not a bool'],
    ['a toggle of what may be null', { ...withField('done:bool'), toggle: readToggle('done') }, 'it may be null'],
    ['a flat child', { flat: true, parent: 'task' }, '--flat and --parent exclude each other'],
    [
      'a shared toggle',
      { ...withField('done:bool:required'), shared: true, toggle: readToggle('done') },
      '--shared and --toggle',
    ],
    ['a shared default', { shared: true }, '--shared and the default of done exclude each other'],
    ['a shared child', { ...withField('title:string'), shared: true, parent: 'task' }, '--shared and --parent'],
    [
      'a shared reference',
      { ...withField('title:string'), shared: true, belongsTo: [readReference('task')] },
      '--shared and --belongs-to',
    ],
    ['a shared unique field', { ...withField('code:string:unique'), shared: true }, '--shared and unique (code)'],
  ])('%s', (_name, change, message) => {
    expect(() => checkedSpec({ ...plain, ...change })).toThrow(message);
  });

  it('a reference with an unknown option', () => {
    expect(() => readReference('task:maybe')).toThrow('after the resource only ":optional" can follow');
  });
});

describe('the contract refuses a resource', () => {
  it.each<[string, string, Partial<Spec>, string]>([
    [
      'whose path is taken',
      contract,
      { name: 'task' },
      'task is taken: openapi.yaml has the path /api/{user_id}/tasks',
    ],
    ['whose plural is taken', contract, { name: 'chore', plural: 'tasks' }, 'the path /api/{user_id}/tasks'],
    [
      'whose schema is taken',
      contract,
      { name: 'date_time' },
      'date_time is taken: openapi.yaml has the schema DateTime',
    ],
    ['whose table is taken', contract, { name: 'user' }, 'The table users is there already'],
    [
      'of which another part of the contract has the address',
      contract,
      { name: 'completion', plural: 'complete', parent: 'task' },
      'taken',
    ],
    ['below one that is not there', contract, { parent: 'album' }, 'openapi.yaml has no resource Album; it has Task'],
    ['that belongs to one that is not there', contract, { belongsTo: [readReference('album')] }, 'no resource Album'],
    [
      'that belongs to a shared one',
      addResource(contract, specOf('country')),
      { belongsTo: [readReference('country')] },
      'Country is shared',
    ],
    [
      'two levels below',
      addResource(contract, checkedSpec({ ...plain, name: 'step', parent: 'task' })),
      { parent: 'step' },
      'only one level is made',
    ],
    ['when it is no YAML', 'paths: [', {}, 'openapi.yaml cannot be read'],
    [
      'when a part has another form',
      contract.replace(/^ {2}examples:\n(?: {4}.*\n)+/m, '  examples: { Task: { value: {} } }\n'),
      {},
      'components.examples is not written as a block',
    ],
    [
      'when a shared part is missing',
      contract.replaceAll('IfNoneMatch', 'IfNone'),
      {},
      'has no #/components/parameters/IfNoneMatch',
    ],
  ])('%s', (_name, text, change, message) => {
    expect(() => addResource(text, checkedSpec({ ...plain, ...change }))).toThrow(message);
  });
});
