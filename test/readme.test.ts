// Every command that the README tells a newcomer to type exists, and those that no other test runs do what it says.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** A copy of the project to type commands in. */
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'deed-readme-'));
  const left = new Set(['node_modules', '.git', '.data', 'dist', 'coverage']);
  cpSync('.', copy, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Types a command in the copy; nothing of this process's settings reaches it. */
function type(command: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  return execFileSync(command, args, { cwd: copy, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

it('names no script that does not exist', () => {
  const named = [...readme.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !(String(name) in scripts))).toEqual([]);
});

it('names no file of the project that does not exist', () => {
  const files = [...readme.matchAll(/`((?:src|test|migrations|client|released)\/[\w./-]*|\w+\.(?:yaml|ts))`/g)];
  expect(files.length).toBeGreaterThan(10);
  for (const [, file = ''] of files)
    expect(readdirSync(join(file, '..')), file).toContain(file.replace(/\/$/, '').split('/').pop());
});

it('names every setting, and none besides', () => {
  const table = readme.slice(readme.indexOf('## Settings'), readme.indexOf('## Deploying'));
  const named = new Set(
    [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) => cell.match(/[A-Z_]{4,}/g) ?? []),
  );
  const sources = ['src/config.ts', 'src/auth/settings.ts'].map((file) => readFileSync(file, 'utf8')).join('\n');
  const words = [...sources.matchAll(/'([A-Z_]{4,})'/g)].map(([, word = '']) => word);
  const read = new Set(words.filter((word) => !/^E[A-Z]+$/.test(word))); // errors of the system begin with E
  expect([...named].sort()).toEqual([...read].sort());
});

describe('the command', () => {
  it('migrate:make makes a migration, which is run whatever its name', () => {
    type('npm', 'run', 'knex', '--', 'migrate:make', 'add-colour');
    const [made] = readdirSync(join(copy, 'migrations')).filter((file) => /^\d{14}_add-colour\.ts$/.test(file));
    expect(readFileSync(join(copy, 'migrations', String(made)), 'utf8')).toContain('export async function up');
    const list = `const { migrationSource } = await import('./src/database/migrate.ts');
      console.log(String(await migrationSource.getMigrations([])));`;
    expect(type('node', '--import', 'tsx', '--input-type=module', '-e', list)).toContain('_add-colour');
    rmSync(join(copy, 'migrations', String(made))); // nothing stands in it yet, and so it does not compile
  });

  it('generate and contract:release follow a new version of the contract', () => {
    const contract = join(copy, 'openapi.yaml');
    writeFileSync(contract, readFileSync(contract, 'utf8').replace(/^ {2}version: .*$/m, '  version: 1.999.0'));
    type('npm', 'run', 'generate');
    type('npm', 'run', 'contract:release');
    expect(readFileSync(join(copy, 'released/openapi.yaml'), 'utf8')).toContain('version: 1.999.0');
    expect(readFileSync(join(copy, 'client/package.json'), 'utf8')).toContain('"1.999.0"');
  });

  it('build leaves nothing of another build, whose migrations would be run', () => {
    mkdirSync(join(copy, 'dist/migrations'), { recursive: true });
    writeFileSync(join(copy, 'dist/migrations/29990101000000_of_the_next_release.js'), '');
    type('npm', 'run', 'build');
    const built = readdirSync(join(copy, 'dist/migrations')).filter((file) => file.endsWith('.js'));
    const written = readdirSync(join(copy, 'migrations')).filter((file) => file.endsWith('.ts'));
    expect(built.sort()).toEqual(written.map((file) => file.replace(/ts$/, 'js')).sort());
  }, 180_000);

  it('format formats', () => {
    const file = join(copy, 'src/untidy.ts');
    writeFileSync(file, 'export   const x = "y"');
    type('npm', 'run', 'format');
    expect(readFileSync(file, 'utf8')).toBe("export const x = 'y';\n");
    rmSync(file);
  });

  it('dev starts the server again when a file changes', async () => {
    const env = { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'silent' };
    const [command = '', ...options] = scripts.dev.split(' ');
    const dev = spawn(join(copy, 'node_modules/.bin', command), options, {
      cwd: copy,
      env: env as NodeJS.ProcessEnv,
    });
    let printed = '';
    dev.stdout.on('data', (text) => {
      printed += text;
    });
    const starts = () => printed.split('listening on').length - 1;
    await expect.poll(starts, { timeout: 25_000, interval: 100 }).toBe(1);
    for (const [index, name] of ['src/operations.ts', 'openapi.yaml'].entries()) {
      const file = join(copy, name);
      writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
      await expect.poll(starts, { timeout: 25_000, interval: 100 }).toBe(index + 2);
    }
    dev.kill();
  }, 90_000);
});
