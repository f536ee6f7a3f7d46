// Long random stories of two users, held step by step against a model of what a list of owned things is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import type { Listing } from '../../src/contract/listing.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import type { Role } from '../../src/contract/resources/roles.ts';
import { type Reply, type RequestOptions, startApi } from '../support/api.ts';
import { addressOf } from '../support/contract-requests.ts';
import { Items, type Sent } from '../support/items.ts';
import { stored } from './answers.ts';
import { describedBy } from './drafts.ts';
import { type JsonSchema, jsonValues } from './json-values.ts';
import { parameters, stories, timeout } from './settings.ts';

const api = await startApi();
const contract = loadContract();
const values = jsonValues(contract);

interface Item {
  row: Record<string, unknown> & { id: number };
  version: number;
  revision: string;
}

/** What one user has, and what was answered to their keys. */
interface Person {
  name: string;
  items: Map<number, Item>;
  gone: number[];
  keys: Map<string, { body: string; text: string }>;
}

interface Step {
  act: 'create' | 'read' | 'update' | 'toggle' | 'delete' | 'list' | 'trespass' | 'afterlife';
  who: 0 | 1;
  pick: number;
  created: object;
  changed: object;
  tag: 'none' | 'current' | 'stale' | 'any';
  key: string | undefined;
}

const send = ({ operation, address, user, json }: Sent) =>
  api.request(operation.method.toUpperCase(), address, { as: user, json });
const makers = new Items(contract, send, new Map());

/** The resources with a whole life: where they are collected, created and changed. */
const resources = resourcesOf(contract.document).resources.flatMap(({ operations, listing }) => {
  const at = (role: Role) => {
    const { id } = operations.find((operation) => operation.role === role) ?? {};
    return contract.operations.find((operation) => operation.id === id);
  };
  const [create, update, list, read, remove] = [at('create'), at('update'), at('list'), at('read'), at('remove')];
  if (!create || !update || !list || !read || !remove) return [];
  const toggle = operations.find(({ role }) => role === 'toggle');
  return [
    {
      create,
      update,
      created: describedBy(contract, create).body as JsonSchema, // both have bodies
      changed: describedBy(contract, update).body as JsonSchema,
      toggles: toggle?.toggles,
      toggle: toggle?.path.slice(toggle.path.lastIndexOf('/')),
      order: defaultOrder(list, listing),
    },
  ];
});

/** The order of a list that is asked for none: by age, or undefined when it is by something else. */
function defaultOrder({ parameters }: ContractOperation, { sorts, sortedBy }: Listing): 'asc' | 'desc' | undefined {
  const sort = sorts[String(parameters.find(({ name }) => name === sortedBy)?.schema.default)];
  if (sort === undefined) return 'asc';
  return sort.column === 'created_at' ? sort.order : undefined;
}

type Resource = (typeof resources)[number];

function steps({ created, changed, toggles }: Resource): fc.Arbitrary<Step[]> {
  const acts: Step['act'][] = [
    'create',
    'create',
    'create',
    'read',
    'update',
    'update',
    'delete',
    'list',
    'trespass',
    'afterlife',
  ];
  const step = fc.record({
    act: fc.constantFrom(...acts, ...(toggles === undefined ? [] : (['toggle', 'toggle'] as const))),
    who: fc.constantFrom(0 as const, 1 as const),
    pick: fc.nat(),
    created: values.valid(created) as fc.Arbitrary<object>,
    changed: values.valid(changed) as fc.Arbitrary<object>,
    tag: fc.constantFrom('none' as const, 'current' as const, 'stale' as const, 'any' as const),
    key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  });
  return fc.array(step, { minLength: 20, maxLength: 30 });
}

let told = 0;

it('there is a resource to tell of', () => expect(resources.length).toBeGreaterThan(0));

describe.each(resources.map((resource) => [resource.create.path, resource] as const))('%s', (_path, resource) => {
  it(
    'goes through every story as the model does',
    async () => {
      const property = fc.asyncProperty(steps(resource), async (story) => {
        told += 1;
        const people = ['ann', 'bob'].map(
          (name): Person => ({ name: `${name} ${told}`, items: new Map(), gone: [], keys: new Map() }),
        );
        for (const step of story)
          await tell(resource, people[step.who] as Person, people[1 - step.who] as Person, step);
      });
      await fc.assert(property, parameters(stories));
    },
    timeout,
  );
});

async function tell(resource: Resource, me: Person, other: Person, told: Step): Promise<void> {
  const { create, update, created, changed, toggles = '', toggle } = resource;
  const step = await fitting(resource, told, me);
  const collection = addressOf(create, await makers.place(create, me.name));
  const send = (method: string, path: string, options: RequestOptions = {}) =>
    api.request(method, `${collection}${path}`, { as: me.name, ...options });
  const put = update.method.toUpperCase();
  const mine = [...me.items.values()];
  const item = mine[step.pick % Math.max(mine.length, 1)];
  const match = (header: string): Record<string, string> => {
    const { version = 0, revision = '' } = item ?? {};
    const tag = { none: undefined, current: `"${version}${revision}"`, stale: `"${version + 1}${revision}"`, any: '*' }[
      step.tag
    ];
    return tag === undefined ? {} : { [header]: tag };
  };
  if (step.act === 'create') return createdAs(me, step, await createWith(send, step), created);
  if (step.act === 'list') return listed(me, collection, resource.order);
  if (step.act === 'trespass') return missing(await send('GET', `/${[...other.items.keys()][0] ?? 999_999}`));
  if (step.act === 'afterlife') return missing(await send(put, `/${me.gone[0] ?? 999_999}`, { json: step.changed }));
  if (item === undefined) return missing(await send('DELETE', '/999999'));
  const { id } = item.row;
  if (step.act === 'read') {
    const reply = await send('GET', `/${id}`, { headers: match('If-None-Match') });
    if (['current', 'any'].includes(step.tag)) expect([reply.status, reply.text]).toEqual([304, '']);
    else expect([reply.status, reply.json]).toEqual([200, item.row]);
    return;
  }
  const headers = match('If-Match');
  const reply = await {
    update: () => send(put, `/${id}`, { json: step.changed, headers }),
    toggle: () => send('PATCH', `/${id}${toggle}`, { headers }),
    delete: () => send('DELETE', `/${id}`, { headers }),
  }[step.act]();
  if (step.tag === 'stale') expect(reply.status).toBe(412);
  else if (step.act === 'delete') removed(me, id, reply);
  else changedTo(item, reply, step.act === 'update' ? rows(changed, step.changed) : { [toggles]: !item.row[toggles] });
}

function createWith(
  send: (method: string, path: string, options: RequestOptions) => Promise<Reply>,
  { created, key }: Step,
) {
  return send('POST', '', { json: created, headers: key === undefined ? {} : { 'Idempotency-Key': key } });
}

function createdAs(me: Person, { created: sent, key }: Step, reply: Reply, schema: JsonSchema): void {
  const before = key === undefined ? undefined : me.keys.get(key);
  const body = JSON.stringify(rows(schema, sent), Object.keys(rows(schema, sent)).sort());
  expect(reply.status, reply.text).toBe(before === undefined || before.body === body ? 201 : 422);
  if (before?.body === body) expect(reply.text).toBe(before.text);
  if (before !== undefined) return;
  const row = reply.json as Item['row'];
  expect(row).toMatchObject(rows(schema, sent));
  if (key !== undefined) me.keys.set(key, { body, text: reply.text });
  const [, revision = ''] = /^"1(\.[\w-]{6})"$/.exec(reply.headers.get('etag') ?? '') ?? [];
  expect(revision).not.toBe('');
  me.items.set(row.id, { row, version: 1, revision });
}

function changedTo(item: Item, reply: Reply, changes: object): void {
  expect([reply.status, reply.headers.get('etag')?.split('.')[0]]).toEqual([200, `"${item.version + 1}`]);
  const row = reply.json as Item['row'];
  expect(row).toEqual({ ...item.row, ...changes, updated_at: expect.any(String) });
  expect(String(row['updated_at']) > String(item.row['updated_at'])).toBe(true);
  Object.assign(item, { row, version: item.version + 1 });
}

function removed(me: Person, id: number, reply: Reply): void {
  expect([reply.status, reply.text]).toEqual([204, '']);
  me.items.delete(id);
  me.gone.push(id);
}

function missing(reply: Reply): void {
  expect(reply.status, reply.text).toBe(404);
}

/** The step with bodies that fit what is there: references to what is mine, and values that nobody has. */
async function fitting({ create, update }: Resource, step: Step, { name }: Person): Promise<Step> {
  return {
    ...step,
    created: await makers.fitting(create, name, step.created as Record<string, unknown>), // bodies are objects
    changed: await makers.fitting(update, name, step.changed as Record<string, unknown>),
  };
}

/** All pages together are all that there is, in order of age unless the list has another order. */
async function listed(me: Person, collection: string, order: 'asc' | 'desc' | undefined): Promise<void> {
  const found: Item['row'][] = [];
  let address: string | undefined = `${collection}?limit=2`;
  while (address !== undefined) {
    const reply: Reply = await api.request('GET', address, { as: me.name });
    expect(reply.status, reply.text).toBe(200);
    found.push(...(reply.json as Item['row'][]));
    address = /<(.*)>/.exec(reply.headers.get('link') ?? '')?.[1];
  }
  const byAge = (rows: Item['row'][]) => rows.sort((a, b) => (order === 'asc' ? a.id - b.id : b.id - a.id));
  expect(order === undefined ? byAge(found) : found).toEqual(byAge([...me.items.values()].map(({ row }) => row)));
}

/** What was sent, as it is to be answered: with the defaults, moments in UTC. */
function rows(schema: JsonSchema, sent: object): Record<string, unknown> {
  const { properties = {} } = values.flat(schema);
  const given = sent as Record<string, unknown>;
  const told = Object.entries(properties).flatMap(([name, property]) => {
    const value = name in given ? given[name] : values.flat(property).default;
    return value === undefined ? [] : [[name, stored(values, property, value)]];
  });
  return Object.fromEntries(told);
}
