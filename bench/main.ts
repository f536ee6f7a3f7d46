// `npm run bench`: makes the database, starts every contestant, holds it to the contract, measures in turns, and reports.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assertConforms } from './conformance.ts';
import { type Contestant, contestants } from './contestants.ts';
import { assertWrk, orAgain } from './load.ts';
import { measure, type Ready, type Sample } from './measure.ts';
import { type Options, readOptions } from './options.ts';
import { execute, type Postgres, startPostgres } from './postgres.ts';
import { cpuTime, residentMemory, serverCore, startServer } from './process.ts';
import { report, type ServerFacts } from './report.ts';
import { copyDatabase, makeDatabase, makeFolder } from './rows.ts';

const options = readOptions(process.argv.slice(2));
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'deed-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

build();
assertWrk();
const postgres = await startPostgres();
try {
  const ready = await startAll(postgres, options);
  const began = performance.now();
  const samples = await measureAll(ready, options);
  if (options.smoke) assertNumbers(samples);
  say(`measured in ${Math.round((performance.now() - began) / 1000)} s`);
  const [{ version } = {}] = await execute(
    postgres.url('postgres'),
    `select split_part(version(), ' (', 1) as version`,
  );
  report(samples, ready.map(factsOf), String(version), options);
  for (const { process: server } of ready) await server.stop();
} finally {
  await postgres.stop();
}

/** The contestants are compiled, as Deed is: nobody runs through a loader. */
function build(): void {
  const bench = join(root, 'bench');
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: bench, stdio: 'inherit' });
  if (!existsSync(join(bench, 'node_modules'))) run('npm', 'ci');
  run(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');
}

async function startAll(server: Postgres, { only, profile }: Options): Promise<Ready[]> {
  await makeDatabase(server.url, 'bench_template');
  const ready: Ready[] = [];
  for (const contestant of chosen(only)) ready.push(await startOne(server, contestant, profile));
  const before = ready.map(({ process: { pid } }) => cpuTime(pid));
  const seconds = 2;
  await sleep(seconds * 1000);
  return ready.map((one, i) => ({ ...one, idle: (cpuTime(one.process.pid) - Number(before[i])) / seconds }));
}

async function startOne(server: Postgres, contestant: Contestant, profile: string | undefined): Promise<Ready> {
  const { name } = contestant;
  const cwd = join(folder, name); // empty: no `.env` of anybody's is read
  mkdirSync(cwd);
  const database = contestant.onPostgres
    ? await copyDatabase(server.url, `bench_${name.replaceAll('-', '_')}`, 'bench_template')
    : await makeFolder(join(cwd, 'data'));
  const started = await startServer(contestant.start(database, { cwd, core: serverCore, profile }));
  await assertConforms(started.url).catch((error: Error) => {
    throw new Error(`${name} does not keep to the contract: ${error.message}`);
  });
  say(`${name} answers as the contract says`);
  return { name, process: started, database: contestant.onPostgres ? database : undefined, idle: 0, fastest: 0 };
}

function chosen(only: string[] | undefined): Contestant[] {
  return contestants.filter((contestant) => {
    if (only !== undefined && !only.includes(contestant.name)) return false;
    const missing = contestant.missing?.();
    if (missing !== undefined) say(`${contestant.name} is left out: ${missing}`);
    return missing === undefined;
  });
}

async function measureAll(
  ready: Ready[],
  { rounds, ops, concurrency, judged, seconds, smoke }: Options,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = smoke ? 1 : 0; round <= rounds; round += 1) {
    for (const operation of ops) {
      for (const connections of concurrency.filter((level) => level === judged || round % 2 === 1)) {
        const setting = { operation, connections, seconds, round, folder, postgres: postgres.pid };
        // Nobody is always first.
        for (const server of turned(ready, round)) {
          samples.push(await orAgain(() => measure(server, { ...setting, most: smoke ? 100 : undefined })));
        }
      }
    }
    for (const { database } of ready) if (database !== undefined) await execute(database, 'vacuum tasks');
    say(round === 0 ? 'warmed up' : `round ${round} of ${rounds}`);
  }
  return samples.filter(({ round }) => round > 0);
}

/** So little load says nothing of how much, but that each number is one. It may cost less CPU than can be measured. */
function assertNumbers(samples: Sample[]): void {
  for (const sample of samples) {
    const { cpu, throughput, p50, p99 } = sample;
    assert(
      [throughput, p50, p99].every((number) => number > 0 && number < 1e9) && Math.abs(cpu) < 1e6,
      JSON.stringify(sample),
    );
  }
}

function turned<Item>(items: Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function factsOf({ name, process: { pid, startUp } }: Ready): ServerFacts {
  return { name, startUp, memory: residentMemory(pid) };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
