// What a statement costs PostgreSQL: pages read, time, and how it goes about it.
import pg from 'pg';
import { median } from '../figures.ts';

/** A statement as Deed sends it. */
export interface Sent {
  sql: string;
  bindings: readonly unknown[];
  options?: { name?: string };
}

export interface Cost {
  /** Pages of 8 kB, in memory or not. */
  buffers: number;
  /** In milliseconds, without planning where the plan is kept. */
  time: number;
  /** The nodes of the plan that grow with the table or with what is found. */
  growing: string[];
}

interface Node {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
}

interface Explained {
  Plan: Node;
  'Planning Time'?: number;
  'Execution Time': number;
}

const explain = 'explain (analyze, buffers, timing off, format json)';

/** After five times PostgreSQL may keep one plan for all values: these are as many, and some to be timed. */
const times = 12;

export async function costOf(client: pg.Client, { sql, bindings, options }: Sent): Promise<Cost> {
  const named = options?.name !== undefined;
  if (named) await client.query(`prepare measured as ${sql}`);
  const execution = `${explain} execute measured(${bindings.map(literal)})`;
  const runs: Explained[] = [];
  for (let run = 0; run < times; run += 1) {
    const { rows } = await (named ? client.query(execution) : client.query(`${explain} ${sql}`, [...bindings]));
    runs.push(rows[0]['QUERY PLAN'][0]);
  }
  if (named) await client.query('deallocate measured');
  const timed = runs.slice(-5);
  const { Plan } = timed.at(-1) as Explained; // there are five
  return {
    buffers: Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'],
    time: median(timed.map((run) => run['Execution Time'] + (named ? 0 : (run['Planning Time'] ?? 0)))),
    growing: growing(Plan),
  };
}

function literal(value: unknown): string {
  return typeof value === 'number' ? String(value) : pg.escapeLiteral(String(value));
}

function growing(node: Node): string[] {
  const own = ['Seq Scan', 'Sort', 'Incremental Sort', 'Hash', 'Materialize'].includes(node['Node Type']);
  return [...(own ? [node['Node Type']] : []), ...(node.Plans ?? []).flatMap(growing)];
}
