// What a front end may rely on, wherever the contract is served: every documented answer, asked for and held against it.
import createClient, { type Client } from 'openapi-fetch';
import { describe, expect, it } from 'vitest';
import type { paths } from '../../client/src/generated/contract.ts';
import { loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { tokenFor } from '../support/api.ts';
import { type Answer, contractCheck } from '../support/contract-check.ts';
import type { Place } from '../support/contract-requests.ts';
import type { Addresses } from './conditions.ts';
import { type Provocation, provocation } from './provocations.ts';
import { exampleFor, isOwner, sendExample } from './requests.ts';

const contract = loadContract();
const breaches = contractCheck(contract);
let users = 0;

/** The same for every target. `proxied`: what Prism says of the answers is heard too. */
export function consumerSuite(name: string, addresses: Addresses, { proxied = false } = {}): void {
  describe(`a front end on ${name}`, () => {
    for (const operation of contract.operations) {
      for (const status of operation.responses.keys()) {
        const way = provocation(operation, status);
        if (way === undefined) continue;
        it(`${operation.id} answers ${status} ${way.when}`, async () => {
          const answer = await provoke(addresses, operation, status, way);
          expect(answer.status, answer.text).toBe(status);
          expect(breaches(operation.id, answer)).toEqual([]);
          if (proxied) expect(violations(answer)).toEqual([]);
        });
      }
    }

    it('lets a browser in with every header that a front end sends', () => preflight(addresses.healthy));

    it('takes a task from its creation to its end', () => wholeLife(connect(addresses.healthy, 'alice').client));
  });
}

async function provoke(
  addresses: Addresses,
  operation: ContractOperation,
  status: number,
  { at = 'healthy', place, extras, taken }: Provocation,
): Promise<Answer> {
  users += 1;
  const user = `user-${users}`; // of this test alone: what another left behind is in nobody's way
  const example = await exampleFor(addresses.healthy, operation, user, { taken });
  // The mock is told what to answer; a server takes no notice. Success needs no telling.
  const { client, lastAnswer } = connect(addresses[at], user, status < 300 ? {} : { Prefer: `code=${status}` });
  const sent = { ...example, place: placeFor(operation, example.place, place) };
  const send = () => sendExample(client, operation, sent, extras);
  if (at === 'limited') await send(); // spends the one request that is allowed
  await send();
  return lastAnswer();
}

function placeFor(operation: ContractOperation, existing: Place, other: Provocation['place']): Place {
  if (other === undefined) return existing;
  const elsewhere = Object.entries(existing).map(([name, value]) => {
    const owner = isOwner(operation, name);
    if (other === 'of another user') return [name, owner ? 'somebody-else' : value];
    return [name, owner ? value : '999999999'];
  });
  return Object.fromEntries(elsewhere);
}

/** A client of this user's, and what it was answered last, before anything was made of it. */
function connect(baseUrl: string, user: string, headers: Record<string, string> = {}) {
  const client = createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${tokenFor(user)}`, ...headers },
  });
  let last: Response | undefined;
  client.use({
    onResponse({ response }) {
      last = response.clone();
    },
  });
  const lastAnswer = async (): Promise<Answer> => {
    if (last === undefined) throw new Error('nothing was answered yet');
    return { status: last.status, headers: last.headers, text: await last.text() };
  };
  return { client, lastAnswer };
}

/** What Prism found wrong. Where a bad request was sent on purpose, what it says of the request is no news. */
function violations({ status, headers }: Answer): unknown[] {
  const found: { location: string[] }[] = JSON.parse(headers.get('sl-violations') ?? '[]');
  return found.filter(({ location }) => location[0] !== 'request' || status < 300);
}

/** `Prefer` among them: a front end that asks the mock for an answer runs on the server without an edit. */
async function preflight(url: string): Promise<void> {
  const sent = ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'prefer'];
  const { headers } = await fetch(`${url}/api/alice/tasks/42`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'http://localhost:3000',
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': sent.join(),
    },
  });
  expect(headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  expect(headers.get('access-control-allow-methods')).toContain('PUT');
  const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(',');
  expect(allowed).toEqual(expect.arrayContaining(sent));
}

function createdTask(client: Client<paths>) {
  return client.POST('/api/{user_id}/tasks', {
    params: { path: { user_id: 'alice' } },
    body: { title: 'Buy milk', description: 'Two litres, the green one', due_date: '2026-03-01T10:00:00+01:00' },
  });
}

/** The examples of the contract tell this story, so the mock tells it too. */
async function wholeLife(client: Client<paths>): Promise<void> {
  const created = await createdTask(client);
  const path = { user_id: 'alice', id: created.data?.id ?? 0 };
  expect(created.response.headers.get('Location')).toBe(`/api/alice/tasks/${path.id}`);
  const address = '/api/{user_id}/tasks/{id}';
  const read = await client.GET(address, { params: { path } });
  expect(read.data).toEqual(created.data);
  expect(read.data).toMatchObject({ title: 'Buy milk', completed: false, due_date: '2026-03-01T09:00:00.000Z' });
  const version = read.response.headers.get('ETag') ?? '';
  const body = { title: 'Buy oat milk', due_date: '2026-03-02T09:00:00Z' };
  const changed = await client.PUT(address, { params: { path, header: { 'If-Match': version } }, body });
  expect(changed.data).toMatchObject({ ...path, title: 'Buy oat milk', due_date: '2026-03-02T09:00:00.000Z' });
  expect(changed.response.headers.get('ETag')).not.toBe(version);
  const done = await client.PATCH('/api/{user_id}/tasks/{id}/complete', { params: { path } });
  expect(done.data).toMatchObject({ ...path, completed: true });
  const list = await client.GET('/api/{user_id}/tasks', { params: { path } });
  expect(list.data?.map(({ id }) => id)).toContain(path.id);
  expect((await client.DELETE(address, { params: { path } })).response.status).toBe(204);
}
