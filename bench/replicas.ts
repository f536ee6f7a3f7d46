// `npm --prefix bench run replicas`: two processes on one database against one, each on a core of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { contestants } from './contestants.ts';
import { median } from './figures.ts';
import { orAgain, type Repeatable, sendLoad, writeRequests } from './load.ts';
import { execute, startPostgres } from './postgres.ts';
import { cpuTime, cpuTimeOfChildren, type ServerProcess, startServer } from './process.ts';
import { save, table } from './report.ts';
import { makeDatabase, restore } from './rows.ts';

const operations = ['get', 'list50', 'create'] as const;
const connections = 32; // together
const seconds = 3;
const rounds = 5;

const folder = mkdtempSync(`${tmpdir()}/deed-bench-`);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const postgres = await startPostgres();
const database = await makeDatabase(postgres.url, 'bench_replicas');
const replicas = [await start(1), await start(0)];

const rows = [];
for (const operation of operations) rows.push(await rowOf(operation));
for (const replica of replicas) await replica.stop();
await postgres.stop();
const head = [
  'operation',
  'one: requests a second',
  'two',
  'two / one',
  'cores in use by one',
  'by PostgreSQL',
  'by two',
  'by PostgreSQL',
];
const text = `# Two replicas against one\n\n${cpus().length} cores for all: servers, PostgreSQL and the load.\n\n${table(head, rows)}\n`;
process.stdout.write(text);
save('replicas.md', text);

function start(core: number): Promise<ServerProcess> {
  const deed = contestants.find(({ name }) => name === 'deed');
  if (deed === undefined) throw new Error('there is no contestant of the name deed');
  return startServer(deed.start(database, { cwd: folder, core }));
}

interface Use {
  throughput: number;
  /** In cores: seconds of CPU in a second. */
  servers: number;
  postgres: number;
}

async function rowOf(operation: Repeatable): Promise<string[]> {
  const one: Use[] = [];
  const two: Use[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const uses = [
      await orAgain(() => use(operation, replicas.slice(0, 1))),
      await orAgain(() => use(operation, replicas)),
    ] as const;
    if (round === 0) continue; // warm now
    one.push(uses[0]);
    two.push(uses[1]);
  }
  const of = (uses: Use[], figure: keyof Use) => median(uses.map((use) => use[figure]));
  const ratio = median(two.map(({ throughput }, round) => throughput / Number(one[round]?.throughput)));
  return [
    operation,
    of(one, 'throughput').toFixed(0),
    of(two, 'throughput').toFixed(0),
    ratio.toFixed(2),
    of(one, 'servers').toFixed(2),
    of(one, 'postgres').toFixed(2),
    of(two, 'servers').toFixed(2),
    of(two, 'postgres').toFixed(2),
  ];
}

/** The same load for however many there are, in equal parts. */
async function use(operation: Repeatable, servers: ServerProcess[]): Promise<Use> {
  const file = writeRequests(folder, operation);
  const before = times(servers);
  const began = performance.now();
  const share = { connections: connections / servers.length, seconds, anywhere: true };
  const loads = await Promise.all(servers.map(({ url }) => sendLoad(url, file, share)));
  const microseconds = (performance.now() - began) * 1000;
  const after = times(servers);
  await execute(database, ...restore, 'vacuum tasks');
  return {
    throughput: loads.reduce((sum, load) => sum + load.requests / load.seconds, 0),
    servers: (after.servers - before.servers) / microseconds,
    postgres: (after.postgres - before.postgres) / microseconds,
  };
}

function times(servers: ServerProcess[]): { servers: number; postgres: number } {
  const children = postgres.pid === undefined ? [] : cpuTimeOfChildren(postgres.pid).values();
  return { servers: sum(servers.map(({ pid }) => cpuTime(pid))), postgres: sum([...children]) };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
