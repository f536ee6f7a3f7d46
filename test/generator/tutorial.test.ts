// The README's "Add a resource", followed word for word: every command does what is said, and prints what stands below it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { copyProject, type Project } from './project.ts';

const [section = ''] = /^## Add a resource\n[\s\S]*?(?=^## )/m.exec(readFileSync('README.md', 'utf8')) ?? [];
const blocks = [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
  language,
  text,
}));
const [add, added, generate, generated, check, curl, created] = blocks.map(({ text }) => text);

let project: Project;
beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => project.remove());

it('the page has the blocks that are followed here, and no others', () => {
  expect(blocks.map(({ language }) => language)).toEqual(['sh', '', 'sh', '', 'sh', 'sh', 'http']);
});

it('add describes the resource, generate makes it, and every check holds', async () => {
  const start = performance.now();
  expect(await typed(add)).toBe(added);
  const begin = performance.now();
  expect(withoutTime(await typed(generate))).toBe(withoutTime(generated));
  const end = performance.now();
  await typed(check);
  const all = (performance.now() - start) / 1000;
  process.stdout.write(
    `from add to all green: ${all.toFixed(1)} s, of which generate ${((end - begin) / 1000).toFixed(1)} s\n`,
  );
  expect(all).toBeLessThan(600); // a minute on an idle machine
});

it('the server answers the first request as it stands there', async () => {
  const url = await startServer();
  const answer = await typed(curl?.replace('http://127.0.0.1:8000', url));
  const [head = '', body = ''] = (created ?? '').split('\n\n');
  for (const line of head.split('\n')) expect(answer).toContain(line);
  expect(withoutTime(answer)).toContain(withoutTime(body.trim()));
});

/** What a command prints. @throws Error with all that it printed when it fails. */
async function typed(command = ''): Promise<string> {
  const { code, stdout, stderr } = await project.run('bash', ['-euc', command]);
  if (code !== 0) throw new Error(`${command}\nended with ${code}:\n${stdout}${stderr}`.slice(-20_000));
  return stdout.replaceAll('\r', '').replace(/^\n> .*\n> .*\n\n/, ''); // what npm says before it runs a script
}

/** Moments differ from run to run; their form does not. */
function withoutTime(text = ''): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/\d{14}/g, 'TIME');
}

/** `npm start`, on a free port. */
function startServer(): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', LOG_LEVEL: 'warn' };
  const server = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], { cwd: project.folder, env });
  onTestFinished(() => void server.kill());
  let printed = '';
  return new Promise((listening, failed) => {
    server.stdout.on('data', (text) => {
      printed += text;
      const [, url] = /listening on (\S+)\n/.exec(printed) ?? [];
      if (url !== undefined) listening(url);
    });
    server.once('close', (code) => failed(new Error(`the server ended with ${code}: ${printed}`)));
  });
}
