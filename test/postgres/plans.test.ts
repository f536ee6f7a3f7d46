// What a list asks of the database: one index, in the order that was asked for.
import { beforeAll, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { type Reply, type Statement, startApi } from '../support/api.ts';
import { ofRequests } from '../support/owner-predicate.ts';
import { nodesOf, type PlanMode, planOf } from '../support/plan.ts';

const api = await startApi();
const { db } = api.database;
const contract = loadContract();
const list = contract.operations.find(({ id }) => id === 'listTasks') as ContractOperation;
const many = 2_000;
const owners = 20;

/** The statements that `ask` leads to. */
async function sentBy(ask: () => Promise<Reply>): Promise<Statement[]> {
  const from = api.statements.length;
  const reply = await ask();
  expect(reply.status, reply.text).toBeLessThan(300);
  return ofRequests(api.statements.slice(from));
}

const directions = Object.keys(list.listing.sorts).flatMap((sort) => [
  `sort=${sort}&order=asc`,
  `sort=${sort}&order=desc`,
]);
const filters = [
  '',
  ...list.listing.filters.flatMap(({ parameter, conditions = {} }) =>
    Object.keys(conditions).map((value) => `&${parameter}=${value}`),
  ),
];

describe(`for the owner of ${many} tasks among ${owners * many}`, () => {
  beforeAll(async () => {
    await db.raw(`insert into users (id) select 'user ' || n from generate_series(1, ?::int) as n`, [owners]);
    await db.raw(
      `insert into tasks (user_id, title, completed, due_date)
       select 'user ' || o, md5(n::text), n % 5 = 0, case when n % 2 = 0 then now() + n * interval '1 minute' end
       from generate_series(1, ?::int) as o, generate_series(1, ?::int) as n`,
      [owners, many],
    );
    await db.raw('vacuum analyze tasks');
  });

  const asked = directions.flatMap((direction) => filters.map((filter) => `${direction}${filter}`));

  it.each(asked)('%s: no row is read that is not shown, and none is sorted', async (query) => {
    const get = (address: string) => api.request('GET', address, { as: 'user 1' });
    let first: Reply | undefined;
    const sent = await sentBy(async () => {
      first = await get(`/api/user%201/tasks?${query}`);
      return first;
    });
    const next = /<(.*)>/.exec(first?.headers.get('link') ?? '')?.[1] ?? '';
    sent.push(...(await sentBy(() => get(next))));
    for (const statement of sent) await inOrder(statement);
    expect(sent).toHaveLength(2);
  });

  it('q: only rows that contain the text are sorted, unless the order of an index is the shorter way', async () => {
    for (const q of ['c4ca4238', 'a', 'not there at all']) {
      const sent = await sentBy(() => api.request('GET', `/api/user%201/tasks?q=${q}&count=exact`, { as: 'user 1' }));
      expect(sent).toHaveLength(2);
      for (const statement of sent) {
        const nodes = nodesOf(await planOf(db, statement, 'custom')).map((node) => node['Node Type']);
        expect(nodes, statement.sql).not.toContain('Seq Scan');
        if (nodes.includes('Sort')) expect(nodes, statement.sql).toContain('Bitmap Index Scan');
      }
    }
  });

  it('what an offset leaves out is counted in an index, and not read', async () => {
    const address = '/api/user%201/tasks?limit=5&offset=1500';
    const [page] = await sentBy(() => api.request('GET', address, { as: 'user 1' }));
    const nodes = nodesOf(await planOf(db, page as Statement, 'custom'));
    const scans = nodes.filter((node) => node['Node Type'].endsWith('Scan') && node['Index Name'] !== undefined);
    expect(scans.map((node) => `${node['Node Type']} ${node['Index Name']}`).sort()).toEqual([
      'Index Only Scan tasks_by_created',
      'Index Scan tasks_pkey',
    ]);
  });

  it.each(filters)('count=exact%s reads one index', async (filter) => {
    const address = `/api/user%201/tasks?count=exact${filter}`;
    const [, count] = await sentBy(() => api.request('GET', address, { as: 'user 1' }));
    const nodes = nodesOf(await planOf(db, count as Statement, 'custom')).map((node) => node['Node Type']);
    expect(nodes).not.toContain('Seq Scan');
  });

  async function inOrder(statement: Statement): Promise<void> {
    for (const mode of ['custom', 'generic'] as PlanMode[]) {
      const nodes = nodesOf(await planOf(db, statement, mode));
      const types = nodes.map((node) => node['Node Type']);
      expect(
        types.filter((type) => !/^(Aggregate|Limit|Subquery Scan|Result|Index (Only )?Scan)$/.test(type)),
        statement.sql,
      ).toEqual([]);
      expect(nodes.map((node) => node['Index Name']).join('')).toMatch(/^tasks_by_/);
    }
  }
});
