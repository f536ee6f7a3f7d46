// The statements of the servers that talk to pg themselves: one for each operation, named, bound to the owner.
import pg from 'pg';
import { readCursor, writeCursor } from './cursor.ts';
import { Refusal } from './problem.ts';
import { databaseUrl, poolMax } from './settings.ts';

export interface TaskRow {
  id: number;
  user_id: string;
  title: string;
  description: string | null;
  completed: boolean;
  due_date: Date | null;
  created_at: Date;
  updated_at: Date;
  version: number;
}

export type Values = Partial<Pick<TaskRow, 'title' | 'description' | 'completed'>> & { due_date?: string | null };

export interface ListQuery {
  status: 'all' | 'pending' | 'completed';
  limit: number;
  cursor: string | undefined;
}

pg.types.setTypeParser(20, Number); // int8: ids and versions are numbers in the contract

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolMax });
const columns = 'id, user_id, title, description, completed, due_date, created_at, updated_at, version';
const moved = `version = version + 1, updated_at = greatest(now(), updated_at + interval '1 millisecond')`;
const states = { all: '', pending: 'and not completed', completed: 'and completed' };

async function run(name: string, text: string, values: unknown[]): Promise<TaskRow[]> {
  const { rows } = await pool.query({ name, text, values });
  return rows;
}

/** The rows of a page, and the cursor of the next. */
export async function list(owner: string, { status, limit, cursor }: ListQuery) {
  const after = cursor === undefined ? [] : readCursor(cursor);
  const following = cursor === undefined ? '' : 'and (created_at, id) < ($3, $4)';
  const rows = await run(
    `list ${status} ${following}`,
    `select ${columns} from tasks where user_id = $1 ${states[status]} ${following}
     order by created_at desc, id desc limit $2`,
    [owner, limit + 1, ...after],
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { rows: rows.slice(0, limit), next: last && writeCursor(last) };
}

export async function find(owner: string, id: number): Promise<TaskRow> {
  return only(await run('find', `select ${columns} from tasks where user_id = $1 and id = $2`, [owner, id]));
}

export async function create(owner: string, { title, description, completed, due_date }: Values): Promise<TaskRow> {
  const text = `insert into tasks (user_id, title, description, completed, due_date) values ($1, $2, $3, $4, $5)
    returning ${columns}`;
  return only(await run('create', text, [owner, title, description ?? null, completed ?? false, due_date ?? null]));
}

/** `values` were admitted: their names are columns. */
export async function update(owner: string, id: number, values: Values): Promise<TaskRow> {
  const names = Object.keys(values);
  const changes = names.map((name, i) => `${name} = $${i + 3}`);
  const text = `update tasks set ${changes}, ${moved} where user_id = $1 and id = $2 returning ${columns}`;
  return only(await run(`update ${names}`, text, [owner, id, ...Object.values(values)]));
}

export async function toggle(owner: string, id: number): Promise<TaskRow> {
  const text = `update tasks set completed = not completed, ${moved} where user_id = $1 and id = $2 returning ${columns}`;
  return only(await run('toggle', text, [owner, id]));
}

export async function remove(owner: string, id: number): Promise<void> {
  only(await run('remove', 'delete from tasks where user_id = $1 and id = $2 returning id', [owner, id]));
}

function only([row]: TaskRow[]): TaskRow {
  if (row === undefined) throw new Refusal(404, 'There is nothing at this address.');
  return row;
}
