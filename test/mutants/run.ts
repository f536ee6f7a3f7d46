// Breaks one guard at a time in a copy of the project, and demands that the suite notices.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

interface Mutant {
  guard: string;
  file: string;
  /** Has to stand there exactly once, so that this list cannot rot in silence. */
  find: string;
  replace: string;
  tests: string[];
}

const mutants: Mutant[] = [
  [
    'owner predicate',
    'src/database/owned.ts',
    '.where(`${this.#model.tableName}.${this.#model.owner}`, this.#owner)',
    '',
    'isolation',
  ],
  ['owner of the path', 'src/auth/bearer.ts', 'req.params[owner.name] === caller.id', 'true', 'isolation'],
  [
    'signature',
    'src/auth/shared-secret.ts',
    'jwt.verify(token, key, { ...options, complete: true })',
    'jwt.decode(token, { complete: true }) as jwt.Jwt',
    'auth',
  ],
  ['exp', 'src/auth/shared-secret.ts', 'payload.exp === undefined', 'false', 'auth'],
  [
    'algorithms',
    'src/auth/shared-secret.ts',
    "algorithms: ['HS256']",
    "algorithms: ['HS256', 'HS384', 'HS512']",
    'auth',
  ],
  [
    'unknown query parameter',
    'src/contract/raw-request.ts',
    'if (parameter === undefined) {',
    'if (false) {',
    'requests,listing,fuzz/requests',
  ],
  ['canonical ids', 'src/contract/raw-request.ts', 'integer: /^(0|-?[1-9]\\d*)$/', 'integer: /./', 'requests'],
  [
    'response check',
    'src/http/response-check.ts',
    "if (validateResponses === 'off') return undefined;",
    'return undefined;',
    'responses',
  ],
  ['idempotency claim', 'src/database/once.ts', 'if (rows[0].claimed) return;', 'return;', 'retries,consumer/server'],
  ['version of If-Match', 'src/database/owned.ts', "rows.whereIn('version', versions)", 'rows', 'tasks'],
  ['position of a page', 'src/database/keyset.ts', "? '>' : '<'", "? '>=' : '<='", 'listing'],
].map(([guard = '', file = '', find = '', replace = '', tests = '']) => ({
  guard,
  file,
  find,
  replace,
  tests: tests.split(',').map((name) => `test/${name}.test.ts`),
}));

const only = process.argv[2];
const survivors = mutants.filter(({ guard }) => only === undefined || guard.includes(only)).filter(survives);
process.exitCode = survivors.length > 0 ? 1 : 0;

function survives(mutant: Mutant): boolean {
  const copy = mkdtempSync(join(tmpdir(), 'deed-mutant-'));
  try {
    const left = ['node_modules', '.git', '.data', 'dist', 'coverage'];
    cpSync('.', copy, { recursive: true, filter: (source) => !left.includes(basename(source)) });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    const text = readFileSync(join(copy, mutant.file), 'utf8');
    const found = text.split(mutant.find).length - 1;
    if (found !== 1) throw new Error(`${mutant.guard}: ${mutant.file} has ${found} times ${mutant.find}`);
    writeFileSync(
      join(copy, mutant.file),
      text.replace(mutant.find, () => mutant.replace),
    );
    const { DATABASE_URL: _embedded, ...env } = process.env;
    const run = spawnSync('npx', ['vitest', 'run', '--bail', '1', ...mutant.tests], {
      cwd: copy,
      env,
      encoding: 'utf8',
      timeout: 90_000,
    });
    // A test has to fail: a run that never came to one proves nothing.
    const killed = run.status === 1 && /Tests .*failed/.test(run.stdout);
    process.stdout.write(`${mutant.guard.padEnd(28)}${killed ? 'killed' : 'SURVIVED'}\n`);
    return !killed;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
