// `npm --prefix bench run growth`: what the statements that Deed sends cost PostgreSQL as a user's tasks grow in number.
import pg from 'pg';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/database/connect.ts';
import { start } from '../../src/server.ts';
import { poolSize, secret, tokenFor } from '../contestants.ts';
import { execute, startPostgres } from '../postgres.ts';
import { save, table } from '../report.ts';
import { type Case, cases, skipping } from './cases.ts';
import { type Cost, costOf, type Sent } from './explain.ts';
import { fill, type IndexCost, indexCosts, sizes, userOf } from './rows.ts';

const postgres = await startPostgres({ full_page_writes: 'off' }); // the log is to hold what was added, and no more
const url = postgres.url('bench_growth');
await execute(
  postgres.url('postgres'),
  'drop database if exists bench_growth with (force)',
  'create database bench_growth',
);
await fill(url);
say('1,000,000 tasks are there');
const database = await connect({ url, poolMax: poolSize });
const sent: Sent[] = [];
database.db.on('query', (statement: Sent) => sent.push(statement));
const config = readConfig({ PORT: '0', BETTER_AUTH_SECRET: secret, LOG_LEVEL: 'silent', DATABASE_URL: url });
const server = await start(config, { database });
const client = new pg.Client({ connectionString: url });
await client.connect();

const rows = [];
for (const one of cases) rows.push(await rowOf(one.name, () => one));
rows.push(await rowOf('from the middle by offset', skipping));
say('lists are measured');
await client.end();
await server.stop();
const { all, each } = await indexCosts(url);
const text = `# Cost as work grows\n\n${lists(rows)}\n\n${indexes([all, ...each])}\n`;
process.stdout.write(text);
save('growth.md', text);
await postgres.stop();

/** A case for each of the users. */
async function rowOf(name: string, caseOf: (size: number) => Case): Promise<{ name: string; costs: Cost[] }> {
  const costs = [];
  for (const size of sizes) costs.push(await measure(size, caseOf(size)));
  return { name, costs };
}

/** What all statements of a request cost together: a page, and a count where one was asked for. */
async function measure(size: number, { query, far }: Case): Promise<Cost> {
  const list = `/api/${userOf(size)}/tasks`;
  const cursor = far ? await cursorAt(`${list}?${query.replace('limit=10', `limit=1&offset=${size / 10}`)}`, size) : '';
  sent.length = 0;
  await ask(`${list}?${query}${cursor}`, size);
  const costs = [];
  for (const statement of [...sent]) costs.push(await costOf(client, statement));
  return {
    buffers: costs.reduce((sum, { buffers }) => sum + buffers, 0),
    time: costs.reduce((sum, { time }) => sum + time, 0),
    growing: costs.flatMap(({ growing }) => growing),
  };
}

/** The parameter that goes on after the page at this address. */
async function cursorAt(address: string, size: number): Promise<string> {
  const { headers } = await ask(address, size);
  const next = /^<(.+)>/.exec(headers.get('Link') ?? '')?.[1] ?? '';
  return `&cursor=${new URL(next, server.url).searchParams.get('cursor')}`;
}

async function ask(address: string, size: number): Promise<Response> {
  const headers = { Authorization: `Bearer ${tokenFor(userOf(size))}` };
  const response = await fetch(server.url + address, { headers });
  if (response.status !== 200) throw new Error(`${address}: ${await response.text()}`);
  return response;
}

function lists(rows: { name: string; costs: Cost[] }[]): string {
  const head = [
    'list',
    ...sizes.map((size) => `${size.toLocaleString('en')} tasks`),
    'pages: 100,000 / 1,000',
    'grows with',
  ];
  const body = rows.map(({ name, costs }) => {
    const [, middle = Number.NaN, most = Number.NaN] = costs.map(({ buffers }) => buffers);
    const nodes = [...new Set(costs.flatMap(({ growing }) => growing))];
    const cells = costs.map(({ buffers, time }) => `${buffers} pages, ${time.toFixed(2)} ms`);
    return [name, ...cells, (most / middle).toFixed(1), nodes.join(', ')];
  });
  return `## A list of 10 of a user's tasks, among 1,000,000\n\n${table(head, body)}`;
}

function indexes(costs: IndexCost[]): string {
  const body = costs.map(({ name, megabytes, time, log }) => [
    name,
    megabytes.toFixed(0),
    time.toFixed(0),
    log.toFixed(0),
  ]);
  return `## What each index costs\n\n${table(['index', 'MB', 'µs for a new row', 'bytes of log for a new row'], body)}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
