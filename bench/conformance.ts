// Before anything is timed: each server answers the six operations as openapi.yaml says, the refusals included.
import assert from 'node:assert/strict';
import type { components } from '../client/src/generated/contract.ts';
import { loadContract } from '../src/contract/contract.ts';
import { contractCheck } from '../test/support/contract-check.ts';
import { tokenFor } from './contestants.ts';
import { taskId, userName } from './rows.ts';

type Task = components['schemas']['Task'];

const breaches = contractCheck(loadContract());

interface Sent {
  /** Null: none is sent. */
  token?: string | null;
  json?: unknown;
}

interface Answer {
  headers: Headers;
  /** Of this form, or the answer has been refused already. */
  body: unknown;
}

type Ask = (what: string, path: string, status: number, sent?: Sent) => Promise<Answer>;

const owner = userName(1);
const own = `/api/${owner}/tasks`;
const theirs = `/api/${userName(2)}/tasks`;

/** @throws Error that says what is not as the contract wants it. */
export async function assertConforms(url: string): Promise<void> {
  const ask = asker(url);
  await assertPages(ask);
  await assertLife(ask);
  await assertRefusals(ask);
}

/** `what` is the operation and its method. */
function asker(url: string): Ask {
  return async (what, path, status, { token = tokenFor(owner), json } = {}) => {
    const [operation, method = ''] = what.split(' ') as [Parameters<typeof breaches>[0], string]; // all callers are below
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const asked = `${method} ${path}: ${text}`;
    assert.equal(response.status, status, asked);
    assert.deepEqual(breaches(operation, { status, headers: response.headers, text }), [], asked);
    return { headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
}

async function assertPages(ask: Ask): Promise<void> {
  const list = async (path: string, length: number) => {
    const { headers, body } = await ask('listTasks GET', path, 200);
    const ids = (body as Task[]).map(({ id }) => id);
    assert.equal(ids.length, length, path);
    const next = /^<(.+)>; rel="next"$/.exec(headers.get('Link') ?? '')?.[1] ?? '';
    return { ids, next };
  };
  const first = await list(`${own}?limit=10`, 10);
  const second = await list(first.next, 10);
  assert.deepEqual((await list(`${own}?limit=20`, 20)).ids, [...first.ids, ...second.ids]);
  assert.deepEqual(first.ids.slice(0, 2), [taskId(1, 200), taskId(1, 199)], 'newest first');
  await list(own, 50);
  const { next } = await list(`${own}?status=completed&limit=50`, 50);
  assert.equal(next, '', 'nothing follows the last page');
}

async function assertLife(ask: Ask): Promise<void> {
  const whole = {
    title: 'Buy milk',
    description: 'Two litres',
    completed: true,
    due_date: '2026-03-01T10:00:00+01:00',
  };
  const stored = { ...whole, due_date: '2026-03-01T09:00:00.000Z', user_id: owner };
  const { headers, body } = await ask('createTask POST', own, 201, { json: whole });
  const task = body as Task;
  const address = `${own}/${task.id}`;
  assert.deepEqual({ ...task, ...stored }, task);
  assert.equal(headers.get('Location'), address);

  const read = await ask('getTask GET', address, 200);
  assert.deepEqual(read.body, task);
  assert.equal(read.headers.get('ETag'), headers.get('ETag'));
  const changed = await ask('updateTask PUT', address, 200, { json: { title: 'Buy oat milk', due_date: null } });
  assertChanged(task, changed, { title: 'Buy oat milk', due_date: null });
  assert.notEqual(changed.headers.get('ETag'), headers.get('ETag'));
  assertChanged(changed.body, await ask('toggleTaskComplete PATCH', `${address}/complete`, 200), { completed: false });
  await ask('deleteTask DELETE', address, 204);
  await ask('getTask GET', address, 404);

  const { body: minimal } = await ask('createTask POST', own, 201, { json: { title: 'Buy milk' } });
  assertChanged(minimal, { body: minimal }, { description: null, completed: false, due_date: null });
  await ask('deleteTask DELETE', `${own}/${(minimal as Task).id}`, 204);
}

function assertChanged(before: unknown, { body }: Pick<Answer, 'body'>, changes: object): void {
  const { updated_at, ...after } = body as Task;
  assert.deepEqual({ ...after, updated_at }, { ...(before as Task), ...changes, updated_at });
}

async function assertRefusals(ask: Ask): Promise<void> {
  const item = `${own}/${taskId(1, 1)}`;
  const hidden = `${own}/${taskId(2, 1)}`; // another's
  await ask('listTasks GET', own, 401, { token: null });
  await ask('getTask GET', item, 401, { token: tokenFor(owner, 'another secret, of the same length or so') });
  await ask('listTasks GET', theirs, 403);
  await ask('createTask POST', theirs, 403, { json: { title: 'Buy milk' } });
  await ask('getTask GET', `${theirs}/${taskId(2, 1)}`, 403);
  await ask('getTask GET', hidden, 404);
  await ask('updateTask PUT', hidden, 404, { json: { title: 'Mine' } });
  await ask('toggleTaskComplete PATCH', `${hidden}/complete`, 404);
  await ask('deleteTask DELETE', hidden, 404);
  for (const json of [
    {},
    { title: '' },
    { title: ' ' },
    { title: 7 },
    { title: 'x'.repeat(201) },
    { title: 'x', id: 1 },
  ]) {
    await ask('createTask POST', own, 422, { json });
    await ask('updateTask PUT', item, 422, { json });
  }
  await ask('updateTask PUT', item, 422, { json: { due_date: '2026-02-30T00:00:00Z' } });
  await ask('updateTask PUT', item, 422, { json: { completed: 'yes' } });
  await ask('listTasks GET', `${own}?limit=101`, 422);
  await ask('listTasks GET', `${own}?status=done`, 422);
  await ask('getTask GET', `${own}/0`, 422);
  await ask('listTasks GET', `${own}?colour=blue`, 400);
}
