// `npm run mutants` breaks one guard at a time, in a copy of the project, and demands that the suite notices each.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Mutant {
  /** The promise that is broken. */
  guard: string;
  file: string;
  /** What stands there exactly once, and what stands there instead. */
  from: string;
  to: string;
  /** The tests that must notice. */
  tests: string[];
}

const mutants: Mutant[] = [
  {
    guard: 'every statement is bound to the owner',
    file: 'src/database/bound-table.ts',
    from: "query(db).where(placeholders('bound', bound))",
    to: 'query(db)',
    tests: ['test/isolation.test.ts'],
  },
  {
    guard: 'the owner is the caller',
    file: 'src/database/scope.ts',
    from: '[model.owner]: this.#access.principal.id }',
    to: '[model.owner]: "alice" }',
    tests: ['test/isolation.test.ts'],
  },
  {
    guard: "the path is the caller's own",
    file: 'src/auth/bearer.ts',
    from: 'params[ownerParameter] === caller.id',
    to: 'true',
    tests: ['test/isolation.test.ts'],
  },
  {
    guard: 'the signature is checked (secret)',
    file: 'src/auth/shared-secret.ts',
    from: 'jwt.verify(token, key, { ...options, complete: true })',
    to: '(jwt.decode(token, { complete: true }) as jwt.Jwt)',
    tests: ['test/auth.test.ts'],
  },
  {
    guard: 'the algorithm is fixed (secret)',
    file: 'src/auth/shared-secret.ts',
    from: "algorithms: ['HS256'], clockTolerance",
    to: "algorithms: ['HS256', 'HS384', 'HS512'], clockTolerance",
    tests: ['test/auth.test.ts'],
  },
  {
    guard: 'the algorithms are fixed (JWKS)',
    file: 'src/auth/jwks.ts',
    from: "['EdDSA', 'ES256', 'RS256']",
    to: "['EdDSA', 'ES256', 'RS256', 'PS256', 'ES384', 'RS512']",
    tests: ['test/jwks.test.ts'],
  },
  {
    guard: 'a token must expire',
    file: 'src/auth/principal.ts',
    from: "claims['exp'] === undefined",
    to: 'false',
    tests: ['test/auth.test.ts'],
  },
  {
    guard: 'a token that has expired is refused',
    file: 'src/auth/shared-secret.ts',
    from: 'const options: jwt.VerifyOptions = {',
    to: 'const options: jwt.VerifyOptions = { ignoreExpiration: true,',
    tests: ['test/auth.test.ts'],
  },
  {
    guard: 'a remembered token expires',
    file: 'src/auth/verified-tokens.ts',
    from: '.until',
    to: '.until + 1e9',
    tests: ['test/jwks.test.ts'],
  },
  {
    guard: 'unknown fields are refused',
    file: 'openapi.yaml',
    from: '      required: [title]\n      additionalProperties: false\n',
    to: '      required: [title]\n',
    tests: ['test/tasks.test.ts'],
  },
  {
    guard: 'unknown query parameters are refused',
    file: 'src/contract/raw-request.ts',
    from: 'if (parameter === undefined) {',
    to: 'if (parameter === null) {',
    tests: ['test/listing.test.ts'],
  },
  {
    guard: 'one resource has one address',
    file: 'src/contract/spelling.ts',
    from: 'integer: /^(0|-?[1-9]\\d*)$/',
    to: 'integer: /./',
    tests: ['test/requests.test.ts'],
  },
  {
    guard: 'text that cannot be stored is refused',
    file: 'src/contract/raw-request.ts',
    from: "value.isWellFormed() && !value.includes('\\0')",
    to: "!value.includes('\\0')",
    tests: ['test/requests.test.ts'],
  },
  {
    guard: 'replies are checked',
    file: 'src/http/response-check.ts',
    from: 'if (wrong === undefined) return;',
    to: 'if (wrong !== null) return;',
    tests: ['test/responses.test.ts'],
  },
  {
    guard: 'If-Match is a condition of the write',
    file: 'src/database/owned.ts',
    from: "rows.whereRaw('version = any(?)', [placeholder('versions', 'versions')])",
    to: 'rows',
    tests: ['test/tasks.test.ts'],
  },
  {
    guard: 'a key with another payload is refused',
    file: 'src/database/once.ts',
    from: 'fingerprint === expected',
    to: 'expected',
    tests: ['test/retries.test.ts'],
  },
  {
    guard: 'a key is remembered with what it made',
    file: 'src/database/once.ts',
    from: 'if (stored !== undefined) return',
    to: 'if (stored === null) return',
    tests: ['test/retries.test.ts'],
  },
  {
    guard: 'a page starts behind the last row',
    file: 'src/database/keyset.ts',
    from: "sort.order === 'asc' ? '>' : '<'",
    to: "sort.order === 'asc' ? '>=' : '<='",
    tests: ['test/listing.test.ts'],
  },
  {
    guard: 'statements are told apart by their operation',
    file: 'src/database/bound-table.ts',
    from: 'statements.of(operation.id, ',
    to: "statements.of('', ",
    tests: ['test/owned-rows.test.ts'],
  },
  {
    guard: 'a page ends at its limit',
    file: 'src/database/lines.ts',
    from: 'if (number <= limit)',
    to: 'if (number <= limit + 1)',
    tests: ['test/listing.test.ts'],
  },
  {
    guard: 'a body that is no JSON stays out of the log',
    file: 'src/http/body.ts',
    from: "'The body is not readable as JSON.'",
    to: "'The body is not readable as JSON: ' + cause",
    tests: ['test/requests.test.ts'],
  },
  {
    guard: '% and _ mean themselves',
    file: 'src/database/search.ts',
    from: "text.replace(/[\\\\%_]/g, '\\\\$&')",
    to: 'text',
    tests: ['test/listing.test.ts'],
  },
  {
    guard: 'searches of a user take turns',
    file: 'src/database/turns.ts',
    from: 'else await turnIn(line);',
    to: '',
    tests: ['test/listing.test.ts'],
  },
  {
    guard: 'a connection asks for ten things at a time',
    file: 'src/http/pipeline.ts',
    from: 'waiting.size === mostWaiting',
    to: 'waiting.size < 0',
    tests: ['test/requests.test.ts'],
  },
  {
    guard: 'a connection is served one request at a time',
    file: 'src/http/pipeline.ts',
    from: 'if (waiting.size === 1) serve(req, res);',
    to: 'serve(req, res);',
    tests: ['test/requests.test.ts'],
  },
  {
    guard: 'requests that are sent together are counted one by one',
    file: 'src/http/counts.ts',
    from: 'return { hits: entry.hits, endsIn: entry.until - now }',
    to: 'return Object.assign(entry, { endsIn: entry.until - now })',
    tests: ['test/counts.test.ts'],
  },
  {
    guard: 'what cannot be read waits for the answers that are due',
    file: 'src/http/unreadable.ts',
    from: 'if (isAnswering(socket)) whenAnswered(socket, () => endSoon(socket));',
    to: 'if (socket.destroyed) whenAnswered(socket, () => endSoon(socket));',
    tests: ['test/requests.test.ts'],
  },
  {
    guard: 'what the contract fills in is no part of a payload',
    file: 'src/http/idempotency.ts',
    from: 'isObject(body) ? Object.keys(body) : undefined',
    to: 'undefined',
    tests: ['test/retries.test.ts'],
  },
  {
    guard: 'a tag changes with the schema of its row',
    file: 'src/contract/contract.ts',
    from: 'mapValues(rows, revisionOf)',
    to: "mapValues(rows, () => 'always')",
    tests: ['test/tasks.test.ts'],
  },
  {
    guard: 'a page is taken for right only when it was found right',
    file: 'src/contract/open-api-validator.ts',
    from: 'if (wrong === undefined) right.set',
    to: 'right.set',
    tests: ['test/responses.test.ts'],
  },
  {
    guard: 'callers cannot fill the memory with spellings of a media type',
    file: 'src/contract/validator.ts',
    from: "{ 'content-type': 'application/json' }",
    to: "{ 'content-type': sent['content-type'] }",
    tests: ['test/requests.test.ts'],
  },
  {
    guard: 'a secret that everybody knows is none',
    file: 'src/auth/settings.ts',
    from: 'secret === publicSecret || ',
    to: '',
    tests: ['test/config.test.ts'],
  },
];

const copy = mkdtempSync(join(tmpdir(), 'deed-mutants-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
const left = new Set(['node_modules', '.git', '.data', 'dist', 'coverage']);
cpSync('.', copy, { recursive: true, filter: (path) => !left.has(path) });
symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));

const wanted = process.argv[2] ?? '';
const chosen = mutants.filter(({ guard }) => guard.includes(wanted));
if (!passes([...new Set(chosen.flatMap(({ tests }) => tests))])) fail('the suite fails before anything is broken');
const survivors = chosen.filter(survives);
if (survivors.length > 0) fail(`${survivors.length} of ${chosen.length} guards can be broken unnoticed`);
say(`${chosen.length} guards broken, ${chosen.length} noticed`);

function survives({ guard, file, from, to, tests }: Mutant): boolean {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) fail(`${file} does not hold exactly once: ${from}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  const unnoticed = passes(tests);
  writeFileSync(path, source);
  say(`${unnoticed ? 'SURVIVED' : 'noticed '}  ${guard}`);
  return unnoticed;
}

function passes(tests: string[]): boolean {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--bail=1', ...tests], { cwd: copy, stdio: 'ignore' });
  return status === 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
