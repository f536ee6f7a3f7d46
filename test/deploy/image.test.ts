// The image: what the Dockerfile says is done in clean folders, and what comes of it runs as compose.yaml and Kubernetes run it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { secret, tokenFor } from '../support/api.ts';
import { createDatabase } from '../support/database.ts';
import { buildImage, type Image } from './dockerfile.ts';

const into = mkdtempSync(join(tmpdir(), 'deed-image-'));
afterAll(() => rmSync(into, { recursive: true, force: true }));

let image: Image;
beforeAll(() => {
  chmodSync(into, 0o755); // for the image's user
  image = buildImage('.', into);
});

type Environment = Record<string, string | undefined>;

/** How the image's commands run: as its user, who may write nowhere in it, with its environment and these settings. */
function conditions(settings: Environment) {
  const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, ...image.env, ...settings };
  return { cwd: image.folder, env: env as NodeJS.ProcessEnv, ...(process.getuid?.() === 0 && image.user) };
}

/** Runs a command of the image and gives back its exit code. */
function run([command = '', ...args]: string[], settings: Environment): number | null {
  return spawnSync(command, args, { ...conditions(settings), stdio: 'ignore' }).status;
}

/** Starts the image's command and waits until its own health check says that it is well. */
async function startImage(settings: Environment) {
  const [command = '', ...args] = image.command;
  const child = spawn(command, args, { ...conditions(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += text;
    });
  }
  await expect.poll(() => run(image.healthcheck, settings), { timeout: 30_000, message: printed }).toBe(0);
  return {
    printed: () => printed,
    stop: () =>
      new Promise<number | null>((resolve) => {
        child.once('close', resolve);
        child.kill('SIGTERM');
      }),
  };
}

/** The address of an empty database, for the time of a test. */
async function databaseUrl(): Promise<string> {
  const { url, close } = await createDatabase();
  onTestFinished(close);
  expect(url, 'DATABASE_URL is needed').toBeDefined();
  return String(url);
}

const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

it('gets nothing to build from but what it is built from', () => {
  const context = join(into, 'context');
  expect(readdirSync(context).sort()).toEqual([
    '.npmrc',
    'client',
    'migrations',
    'openapi.yaml',
    'package-lock.json',
    'package.json',
    'src',
    'tsconfig.build.json',
    'tsconfig.json',
  ]);
  expect(existsSync(join(context, 'client/dist'))).toBe(false);
});

it('holds the server and what it needs, and nothing that developing needs', () => {
  expect(readdirSync(image.folder).sort()).toEqual(['dist', 'node_modules', 'package.json']);
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const here = Object.keys(devDependencies).filter((name) => existsSync(join(image.folder, 'node_modules', name)));
  expect(here.filter((name) => !name.startsWith('@types/') && !neededByOthers(name))).toEqual([]);
});

/** Whether a package that serving needs asks for this one. */
function neededByOthers(name: string): boolean {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return packages[`node_modules/${name}`]?.dev !== true;
}

it('as compose.yaml runs it: it gets well, serves, compiles nothing, and ends when it is told to', async () => {
  const { services } = parse(readFileSync('compose.yaml', 'utf8'));
  const values: Record<string, string> = { BETTER_AUTH_SECRET: secret, POSTGRES_PASSWORD: 'any', CORS_ORIGINS: '' };
  const filled = Object.entries<string>(services.deed.environment).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)(?::[?-][^}]*)?\}/g, (_whole, variable: string) => values[variable] ?? 'missing'),
  ]);
  const settings = { ...Object.fromEntries(filled), PORT: '18000', METRICS_PORT: '18001', HOST: '127.0.0.1' };
  expect(settings).toMatchObject({
    DATABASE_URL: 'postgres://deed:any@postgres:5432/deed',
    REDIS_URL: 'redis://redis:6379',
    BETTER_AUTH_SECRET: secret,
  });
  expect(filled).toContainEqual(['METRICS_PORT', expect.any(String)]); // or all that reach the port would see them
  const loaded = mkdtempSync(join(tmpdir(), 'deed-loaded-'));
  chmodSync(loaded, 0o777);
  onTestFinished(() => rmSync(loaded, { recursive: true }));
  const reachable = { ...settings, DATABASE_URL: await databaseUrl(), REDIS_URL: redisUrl };
  expect(run(image.healthcheck, reachable)).toBe(1); // nobody is there yet
  const server = await startImage({ ...reachable, NODE_V8_COVERAGE: loaded });

  const address = 'http://127.0.0.1:18000';
  const created = await fetch(`${address}/api/alice/tasks`, {
    method: 'POST',
    body: JSON.stringify({ title: 'Buy milk' }),
    headers: { Authorization: `Bearer ${tokenFor('alice')}`, 'Content-Type': 'application/json' },
  });
  expect([created.status, created.headers.get('ratelimit-limit')]).toEqual([201, '600']);
  for (const path of ['/docs', '/docs/try', '/openapi.yaml', '/ready']) {
    expect((await fetch(address + path)).status, path).toBe(200);
  }
  expect((await fetch('http://127.0.0.1:18001/metrics')).status).toBe(200);
  expect(await server.stop(), server.printed()).toBe(0);
  const reports = readdirSync(loaded).map((file) => readFileSync(join(loaded, file), 'utf8'));
  expect(reports.join()).toContain('/dist/src/main.js');
  expect(reports.join()).not.toMatch(/node_modules\/(tsx|esbuild|typescript)\//);
});

it('as kubernetes.yaml runs it: the schema is migrated first, then it serves, with the metrics on a port of their own', async () => {
  const [deployment] = parseAllDocuments(readFileSync('deploy/kubernetes.yaml', 'utf8')).map((part) => part.toJS());
  const { initContainers, containers } = deployment.spec.template.spec;
  const secrets: Record<string, string> = {
    'database-url': await databaseUrl(),
    'redis-url': redisUrl,
    'better-auth-secret': secret,
  };
  secrets['migration-url'] = String(secrets['database-url']);
  const settingsOf = ({
    env,
  }: {
    env: { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } }[];
  }) =>
    Object.fromEntries(
      env.map(({ name, value, valueFrom }) => [name, value ?? secrets[valueFrom?.secretKeyRef.key ?? '']]),
    );
  const settings = { ...settingsOf(containers[0]), PORT: '18001', HOST: '127.0.0.1' };
  expect(run(initContainers[0].command, settingsOf(initContainers[0]))).toBe(0);
  const server = await startImage({ ...settings, METRICS_PORT: '19001' });
  const { livenessProbe, readinessProbe, startupProbe } = containers[0];
  for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
    expect((await fetch(`http://127.0.0.1:18001${probe.httpGet.path}`)).status).toBe(200);
  }
  expect((await fetch('http://127.0.0.1:18001/metrics')).status).toBe(404);
  expect((await fetch('http://127.0.0.1:19001/metrics')).status).toBe(200);
  expect(await server.stop(), server.printed()).toBe(0);
});

it('its user may write nothing of it', () => {
  const probe = ['sh', '-c', 'touch package.json dist/x node_modules/x'];
  if (process.getuid?.() === 0) expect(run(probe, {})).not.toBe(0);
  expect(image.user).toEqual({ uid: 1000, gid: 1000 });
  expect(execFileSync('find', [image.folder, '-perm', '-o+w', '-not', '-type', 'l'], { encoding: 'utf8' })).toBe('');
});

it('is tried on PostgreSQL', () => {
  expect(inject('template')).toHaveProperty('url');
});
