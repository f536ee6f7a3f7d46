// One number at a time: an operation of a server under load, and what that cost.
import type { components } from '../client/src/generated/contract.ts';
import { tokenFor } from './contestants.ts';
import { type Operation, sendLoad, writeDeletions, writeRequests } from './load.ts';
import { execute } from './postgres.ts';
import { cpuTime, cpuTimeOfChildren, type ServerProcess } from './process.ts';
import { restore, userName, users } from './rows.ts';

/** A server that is ready to be measured. */
export interface Ready {
  name: string;
  process: ServerProcess;
  /** Its database on PostgreSQL, if it has one. */
  database: string | undefined;
  /** What it uses while nobody asks, in microseconds of CPU a second. */
  idle: number;
  /** The most requests a second that it has answered so far. */
  fastest: number;
}

export interface Sample {
  name: string;
  operation: Operation;
  connections: number;
  round: number;
  /** CPU of the server for each request, in microseconds. */
  cpu: number;
  /** CPU of PostgreSQL for each request, in microseconds; undefined where there is none to be seen. */
  postgres: number | undefined;
  /** Requests a second. */
  throughput: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

export interface Setting {
  operation: Operation;
  connections: number;
  seconds: number;
  /** Only so many requests, cold. */
  most: number | undefined;
  round: number;
  folder: string;
  postgres: number | undefined;
}

/** As many rows to be deleted in a second as nobody has been seen to delete; a few for a start. */
const deletions = { atFirst: 1_000, ofFastest: 1.3 };

/** Connections that were closed in the meantime are opened again, and statements prepared on them, before time counts. */
const warmUp = 300;

export async function measure(server: Ready, setting: Setting): Promise<Sample> {
  const { operation, connections, seconds, folder, postgres, round } = setting;
  const ids = operation === 'delete' ? await makeRows(server, setting) : [];
  const { url, pid } = server.process;
  const file = operation === 'delete' ? writeDeletions(folder, ids) : writeRequests(folder, operation);
  const warming = operation === 'delete' ? writeRequests(folder, 'get') : file;
  if (setting.most === undefined) await sendLoad(url, warming, { connections, seconds, most: warmUp });
  const most = ids.length || setting.most;
  const postgresTimes = () => (postgres === undefined ? new Map<number, number>() : cpuTimeOfChildren(postgres));
  const before = { cpu: cpuTime(pid), postgres: postgresTimes(), at: performance.now() };
  const load = await sendLoad(url, file, { connections, seconds, ...(most !== undefined && { most }) });
  const lasted = (performance.now() - before.at) / 1000;
  const cpu = cpuTime(pid) - before.cpu - server.idle * lasted;
  const ofPostgres = [...postgresTimes()].reduce(
    (sum, [id, time]) => sum + Math.max(0, time - (before.postgres.get(id) ?? 0)),
    0,
  );
  if (server.database !== undefined && (operation === 'create' || operation === 'delete')) {
    await execute(server.database, ...restore);
  }
  const throughput = load.requests / load.seconds;
  server.fastest = Math.max(server.fastest, throughput);
  return {
    name: server.name,
    operation,
    connections,
    round,
    cpu: cpu / load.requests,
    postgres: server.database === undefined || postgres === undefined ? undefined : ofPostgres / load.requests,
    throughput,
    p50: load.p50,
    p99: load.p99,
  };
}

/** Rows to be deleted. */
async function makeRows(
  { database, process, fastest }: Ready,
  { seconds, most }: Setting,
): Promise<[number, number][]> {
  const count = most ?? Math.ceil(seconds * Math.max(deletions.atFirst, deletions.ofFastest * fastest));
  const all = Array.from({ length: count }, (_, i) => 1 + (i % users));
  if (database === undefined) {
    const made: [number, number][] = [];
    for (const user of all) made.push(await createRow(process.url, user));
    return made;
  }
  const rows = await execute(
    database,
    `insert into tasks (user_id, title, description)
     select 'user-' || 1 + i % ${users}, 'Buy milk ' || i, 'Two litres, the green one' from generate_series(0, ${count - 1}) i
     order by i returning id`,
  );
  return all.map((user, i) => [user, Number(rows[i]?.['id'])]);
}

async function createRow(url: string, user: number): Promise<[number, number]> {
  const response = await fetch(`${url}/api/${userName(user)}/tasks`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokenFor(userName(user))}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ title: 'Buy milk', description: 'Two litres, the green one' }),
  });
  const task = (await response.json()) as components['schemas']['Task']; // conformance has been checked
  return [user, task.id];
}
