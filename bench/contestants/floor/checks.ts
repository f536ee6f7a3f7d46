// What the floor admits, checked by hand.
import { Refusal, type RefusedValue, unprocessable } from '../problem.ts';
import type { ListQuery, Values } from '../rows.ts';

const dateTime = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

type Check = (value: unknown) => boolean;

const checks: Record<string, Check> = {
  title: (value) => isText(value, 200) && /\S/.test(value),
  description: (value) => value === null || isText(value, 1000),
  completed: (value) => typeof value === 'boolean',
  due_date: (value) => value === null || (typeof value === 'string' && dateTime.test(value) && isDay(value)),
};

/** A body that creates or changes a task. @throws Refusal 422 */
export function readTask(body: unknown, { creates }: { creates: boolean }): Values {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw unprocessable([{ pointer: '', message: 'must be an object', code: 'type' }]);
  }
  const errors: RefusedValue[] = [];
  const names = Object.keys(body);
  if (creates && !('title' in body)) errors.push({ pointer: '/title', message: 'is missing', code: 'required' });
  if (names.length === 0) errors.push({ pointer: '', message: 'must have a field', code: 'minProperties' });
  for (const [name, value] of Object.entries(body)) {
    const admits = checks[name];
    if (admits === undefined) errors.push({ pointer: `/${name}`, message: 'is unknown', code: 'additionalProperties' });
    else if (!admits(value)) errors.push({ pointer: `/${name}`, message: 'breaks the contract', code: 'invalid' });
  }
  if (errors.length > 0) throw unprocessable(errors);
  return body; // every property was checked
}

export function readId(text: string): number {
  const id = Number(text);
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(id)) return id;
  throw unprocessable([{ parameter: 'id', message: 'must be a positive integer', code: 'type' }]);
}

export function readList(query: string): ListQuery {
  const list: ListQuery = { status: 'all', limit: 50, cursor: undefined };
  if (query === '') return list;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'limit') list.limit = readLimit(value);
    else if (name === 'cursor') list.cursor = value;
    else if (name === 'status') list.status = readStatus(value);
    else throw new Refusal(400, `There is no query parameter "${name}".`);
  }
  return list;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^[1-9]\d*$/.test(text) && limit <= 100) return limit;
  throw unprocessable([{ parameter: 'limit', message: 'must be 1 to 100', code: 'maximum' }]);
}

function readStatus(text: string): ListQuery['status'] {
  if (text === 'all' || text === 'pending' || text === 'completed') return text;
  throw unprocessable([{ parameter: 'status', message: 'must be all, pending or completed', code: 'enum' }]);
}

/** Characters are counted, and one is two units at most: most texts need no counting. */
function isText(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || !value.isWellFormed() || value.includes('\0')) return false;
  return value.length <= max || [...value].length <= max;
}

/** There is no 30th of February. */
function isDay(moment: string): boolean {
  const day = moment.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
