// `npm --prefix bench run cold-start`: from the start of the process to its first answer out of the database.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contestant, contestants, tokenFor } from './contestants.ts';
import { median } from './figures.ts';
import { startPostgres } from './postgres.ts';
import { type ServerProcess, startServer } from './process.ts';
import { save, table } from './report.ts';
import { makeDatabase, makeFolder, userName } from './rows.ts';

const starts = 7;
const cwd = mkdtempSync(join(tmpdir(), 'deed-bench-'));
process.once('exit', () => rmSync(cwd, { recursive: true, force: true }));
const postgres = await startPostgres();
const database = await makeDatabase(postgres.url, 'bench_cold');
const folder = await makeFolder(join(cwd, 'data'));

const rows = [
  await timesOf('PostgreSQL, up to date', 'deed', database, 1_000),
  await timesOf('an existing folder of the embedded database', 'deed-embedded', folder, 2_000),
];
await postgres.stop();
const head = ['database', 'median', 'slowest', 'aim', 'CPU time'];
const text = `# From the start to the first answer\n\n${table(head, rows)}\n`;
process.stdout.write(text);
save('cold-start.md', text);

async function timesOf(title: string, name: string, where: string, aim: number): Promise<string[]> {
  const contestant = contestants.find((one) => one.name === name) as Contestant; // the names above are there
  const servers = [];
  for (let start = 0; start < starts; start += 1) servers.push(await started(contestant, where));
  const times = servers.map(({ startUp }) => startUp);
  const cpu = median(servers.map(({ startUpCpu }) => startUpCpu));
  return [title, ...[median(times), Math.max(...times), aim, cpu].map((time) => `${time.toFixed(0)} ms`)];
}

/** A start of the server, and the first page of somebody's tasks. */
async function started(contestant: Contestant, where: string): Promise<ServerProcess> {
  const path = `/api/${userName(1)}/tasks`;
  const headers = { Authorization: `Bearer ${tokenFor(userName(1))}` };
  const server = await startServer(contestant.start(where, { cwd }), { path, headers, status: 200 });
  await server.stop();
  return server;
}
