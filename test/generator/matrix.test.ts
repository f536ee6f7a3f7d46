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
    for (const file of [
      `src/resources/${segment}/model.ts`,
      `src/resources/${segment}/handlers.ts`,
      `test/${segment}.test.ts`,
    ]) {
      expect(generated.stdout).toContain(`new      ${file}\n`);
    }
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

const databases: [string, NodeJS.ProcessEnv][] = [
  ['the embedded database', {}],
  ...(DATABASE_URL === undefined ? [] : [['PostgreSQL', { DATABASE_URL }] satisfies [string, NodeJS.ProcessEnv]]),
];

describe.each(databases)('on %s', (_name, settings) => {
  it('their own tests and the suites of the contract pass', async () => {
    const own = names.map((name) => `test/${namesOf(name, written[name]?.plural).segment}.test.ts`);
    const suites = ['test/tasks.test.ts', 'test/isolation.test.ts', 'test/contract', 'test/consumer', 'test/fuzz'];
    const { code, stdout, stderr } = await project.run('npx', ['vitest', 'run', ...own, ...suites], {
      ...settings,
      FUZZ_RUNS: '30',
      FUZZ_SEED: '20260301',
    });
    expect(code, (stdout + stderr).slice(-20_000)).toBe(0);
  }, 600_000);
});
