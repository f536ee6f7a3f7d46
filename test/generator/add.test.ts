// `resource add` writes a resource into the contract: all that was asked for, clean under the lint, and not a byte moved.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { breakingChanges } from '../../src/cli/breaking-changes/breaking-changes.ts';
import { addResource } from '../../src/cli/resource/add/add.ts';
import { readFieldFlag } from '../../src/cli/resource/add/field-flag.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import { specOf, written } from './specs.ts';

const contract = await readFile('openapi.yaml', 'utf8');

/** The contract with these in it. */
function withResources(text: string, names: string[]): string {
  return names.reduce((sum, name) => addResource(sum, specOf(name)), text);
}

const all = withResources(contract, Object.keys(written));

it('what is added is clean under the lint of the contract', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deed-lint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'openapi.yaml'), all);
  const lint = [
    'node_modules/@redocly/cli/bin/cli.js',
    'lint',
    join(folder, 'openapi.yaml'),
    '--config',
    'redocly.yaml',
  ];
  const { stderr } = await promisify(execFile)(process.execPath, lint);
  expect(stderr).toContain('Your API description is valid');
});

it('what is added breaks no client of what was there', () => {
  expect(breakingChanges(parse(contract), parse(all))).toEqual([]);
});

it('what is added is found again: every resource, every operation, every field', () => {
  const { resources, unmade } = resourcesOf(parse(all));
  const found = Object.fromEntries(resources.map((resource) => [resource.schema, resource]));
  for (const name of Object.keys(written)) {
    const { shared, toggle, fields, belongsTo, parent } = specOf(name);
    const resource = found[name.replace(/(?:^|_)(.)/g, (_all, letter) => letter.toUpperCase())];
    const roles = shared ? ['list', 'read'] : ['list', 'create', 'read', 'update', 'remove'];
    expect(resource?.operations.map(({ role }) => role)).toEqual([...roles, ...(toggle ? ['toggle'] : [])]);
    expect(resource?.listing.search?.columns ?? []).toEqual(
      fields.filter(({ search }) => search).map(({ name }) => name),
    );
    expect(resource?.fields.map((field) => [field.name, field.unique, field.index])).toEqual([
      ...[...(parent === undefined ? [] : [parent]), ...belongsTo.map((one) => one.resource)].map((one) => [
        `${one}_id`,
        false,
        false,
      ]),
      ...fields.map((field) => [field.name, field.unique, field.index]),
    ]);
  }
  const before = resourcesOf(parse(contract)).unmade.map(({ operations }) => operations);
  expect(unmade.map(({ operations }) => operations)).toEqual(before);
});

it.each([
  ['in progress|done', true],
  ['to-do|in_progress|v1.0', undefined],
])('a filter by one of %s is sent as clients encode it', (values, allowReserved) => {
  const fields = [readFieldFlag(`state:string:enum=${values}:index`)];
  const { paths } = parse(addResource(contract, { ...specOf('note'), toggle: undefined, fields }));
  const { parameters } = paths['/api/{user_id}/notes'].get;
  expect(parameters.find(({ name }: { name: string }) => name === 'state').allowReserved).toBe(allowReserved);
});

describe('not a byte is moved', () => {
  const some = ['conversation', 'message', 'shipment'];
  const asUsual = parse(withResources(contract, some));
  const comments = contract
    .replace('\n  headers:\n', '\n    # the last of the parameters\n\n  # headers\n  headers:\n')
    .replace('\npaths:\n', '\n# all the paths\npaths: # here\n\n')
    .replace('\n  /:\n', '\n  # the service itself\n  /:\n');
  it.each([
    ['a contract', contract],
    ['one with other line ends', contract.replaceAll('\n', '\r\n')],
    ['one without a line end at the end', contract.trimEnd()],
    ['one that ends in empty lines', `${contract}\n\n`],
    ['one that ends in a comment', `${contract}# the end`],
    ['one with comments everywhere', comments],
    ['one with comments and other line ends', comments.replaceAll('\n', '\r\n')],
    ['one that is indented by three', parseDocument(contract).toString({ indent: 3, lineWidth: 0 })],
    [
      'one that is indented by four, with lists at the margin',
      parseDocument(contract).toString({ indent: 4, indentSeq: false }),
    ],
  ])('of %s', (_name, text) => {
    const result = withResources(text, some);
    expect(withoutAdditions(result, text)).toBe(text);
    expect(parse(result)).toEqual(asUsual);
  });
});

/** The pieces of a text that `old` has too, in its order; lines start with their line break, so the last is like the others. */
function withoutAdditions(text: string, old: string): string {
  const rest = old.split(/(?=\r?\n)/);
  return text
    .split(/(?=\r?\n)/)
    .filter((piece) => {
      if (piece !== rest[0]) return false;
      rest.shift();
      return true;
    })
    .join('');
}
