// Resources that differ in every option, all in one project: with nothing added by hand, every check of the project holds.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addResource } from '../../src/cli/resource/add/add.ts';
import { namesOf } from '../../src/cli/resource/add/words.ts';
import { copyProject, type Outcome, type Project } from './project.ts';
import { specOf, written } from './specs.ts';

const { DATABASE_URL } = process.env;
const names = Object.keys(written);

let project: Project;
let generated: Outcome;
let seconds: number;
beforeAll(async () => {
  project = await copyProject();
  const contract = await project.read('openapi.yaml');
  const all = names.reduce((text, name) => addResource(text, specOf(name)), contract);
  await writeFile(join(project.folder, 'openapi.yaml'), all);
  const start = performance.now();
  generated = await project.resource('generate');
  seconds = (performance.now() - start) / 1000;
});
afterAll(() => project.remove());

it('the generator makes all of them', () => {
  process.stdout.write(`${names.length} resources generated in ${seconds.toFixed(1)} s\n`);
  expect(generated).toMatchObject({ code: 0, stderr: '' });
  for (const name of names) {
    const { segment } = namesOf(name, written[name]?.plural);
    const code = ['model', 'handlers'].map((file) => `src/resources/${segment}/${file}.ts`);
    // Rows that nobody writes have nothing to test but what the suites of the contract ask.
    const files = written[name]?.shared ? code : [...code, `test/${segment}.test.ts`];
    for (const file of files) expect(generated.stdout).toContain(`new      ${file}\n`);
  }
});

it('run again, it changes nothing', async () => {
  expect(await project.resource('generate')).toEqual({
    code: 0,
    stdout: expect.stringContaining('Nothing to do'),
    stderr: '',
  });
});

it('format, types, the lint of the contract, drift and build are in order', async () => {
  const { code, stdout, stderr } = await project.run('npm', ['run', 'check:static']);
  expect(code, stdout + stderr).toBe(0);
});

/** The suites that find what they test in the contract. */
const suites = [
  'test/tasks.test.ts',
  'test/isolation.test.ts',
  'test/contract/as-it-stands.test.ts',
  'test/consumer',
  'test/fuzz',
];

describe(`on ${DATABASE_URL === undefined ? 'the embedded database' : 'PostgreSQL'}`, () => {
  it('their own tests and the suites of the contract pass', async () => {
    const own = names.map((name) => `test/${namesOf(name, written[name]?.plural).segment}.test.ts`);
    // One world for many files: to load the server for each of them anew would take most of the time.
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--no-isolate', ...own, ...suites];
    const fuzz = { FUZZ_RUNS: '4', FUZZ_SEED: '20260301' };
    const { code, stdout, stderr } = await project.run(process.execPath, args, {
      ...(DATABASE_URL !== undefined && { DATABASE_URL }),
      ...fuzz,
    });
    expect(code, (stdout + stderr).slice(-20_000)).toBe(0);
  });
});
