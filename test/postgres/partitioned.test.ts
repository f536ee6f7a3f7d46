// Tables can be spread by owner: on tables that are hash-partitioned by it, each statement of a request touches one partition.
import { expect, it } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import { deleteExpired } from '../../src/database/once.ts';
import { createTask, type Reply, type Statement, startApi } from '../support/api.ts';
import { addressOf, usersOperations } from '../support/contract-requests.ts';
import { Items, seedShared } from '../support/items.ts';
import { ofRequests, ownedTables } from '../support/owner-predicate.ts';
import { partitionByOwner } from '../support/partition.ts';
import { nodesOf, type PlanMode, planOf } from '../support/plan.ts';

const api = await startApi();
const { db } = api.database;
await partitionByOwner(db);
const tables = await ownedTables(db);
const contract = loadContract();
const items = new Items(
  contract,
  ({ operation, address, user, json }) => api.request(operation.method.toUpperCase(), address, { as: user, json }),
  await seedShared(db, contract),
);

/** Those of the statements that reach an owned table. */
function onOwnedTables(statements: Statement[]): Statement[] {
  const name = new RegExp(`"?\\b(${[...tables.keys()].join('|')})\\b"?`);
  return statements.filter(({ sql }) => /^\s*(select|insert|update|delete|with)\b/i.test(sql) && name.test(sql));
}

/** The partitions that the plan of a statement reads or changes, when it is planned for its values or for any. */
async function partitions(statement: Statement, mode: PlanMode): Promise<string[]> {
  const relations = nodesOf(await planOf(db, statement, mode)).flatMap((node) => {
    // A generic plan names every partition that it might change; what it does change are rows that it scans.
    if (node['Node Type'] === 'ModifyTable' && mode === 'generic') return [];
    const targets = mode === 'generic' ? [] : (node['Target Tables'] ?? []);
    return [node['Relation Name'] ?? '', ...targets.map((target) => target['Relation Name'])];
  });
  return [...new Set(relations)].filter((relation) => /_p\d+$/.test(relation)).sort();
}

/** Sends every operation of the contract as Alice, and lists and retries in all their forms. */
async function askEverything(): Promise<void> {
  for (const operation of usersOperations(contract)) {
    for (const headers of [{}, { 'If-Match': '"9"' }, { 'Idempotency-Key': operation.id }]) {
      const address = addressOf(operation, await items.place(operation, 'alice'));
      const json = await items.body(operation, 'alice');
      await api.request(operation.method.toUpperCase(), address, { as: 'alice', json, headers });
      items.forget('alice'); // it may have been deleted
    }
  }
  for (let more = 0; more < 3; more += 1) await createTask(api, 'alice', { title: 'x' });
  for (const filter of [
    '',
    '&status=pending',
    '&q=x',
    '&count=exact',
    '&q=x&status=pending&count=exact',
    '&offset=1',
  ]) {
    for (const sort of ['created', 'title', 'due_date'].flatMap((name) => [
      `${name}&order=asc`,
      `${name}&order=desc`,
    ])) {
      const first = await api.request('GET', `/api/alice/tasks?limit=1&sort=${sort}${filter}`, { as: 'alice' });
      const next = /<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
      const second: Reply = await api.request('GET', next, { as: 'alice' });
      expect([first.status, second.status], first.text).toEqual([200, 200]);
    }
  }
}

it('every statement of every operation touches the partition of its owner and no other', async () => {
  // Planned on rows of several owners, as in earnest.
  for (const owner of ['bob', 'carol', 'dave', 'erin']) await createTask(api, owner, { title: 'x' });
  const from = api.statements.length;
  await askEverything();
  const unique = new Map(
    onOwnedTables(ofRequests(api.statements.slice(from))).map((statement) => [statement.sql, statement]),
  );
  expect(unique.size).toBeGreaterThan(20);
  for (const mode of ['custom', 'generic'] as const) {
    for (const statement of unique.values()) {
      const touched = await partitions(statement, mode);
      // A row to insert finds its partition without a plan.
      const expected = /^insert/i.test(statement.sql) ? 0 : 1;
      expect(touched, `${mode}: ${statement.sql}`).toHaveLength(expected);
    }
  }
});

it('a statement that did not name its owner would touch them all', async () => {
  expect(await partitions({ sql: 'select * from tasks where id = $1', bindings: [1] }, 'custom')).toHaveLength(4);
  expect(await partitions({ sql: 'update tasks set title = $1', bindings: ['x'] }, 'generic')).toHaveLength(4);
});

it('the key of a row begins with its owner', async () => {
  const keys = await db.raw(`
    select conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition from pg_constraint
    where contype = 'p' and conparentid = 0 and conrelid in (select partrelid from pg_partitioned_table)`);
  expect(keys.rows).toHaveLength(tables.size);
  for (const { table, definition } of keys.rows) expect(definition).toContain(`(${tables.get(table)}, `);
});

it('a user who is removed takes the rows of all tables along, and old results are forgotten in every partition', async () => {
  await createTask(api, 'leaving', { title: 'x' });
  await db('users').where({ id: 'leaving' }).delete();
  expect(await db('tasks').where({ user_id: 'leaving' })).toEqual([]);
  await db.raw(`
    insert into idempotency_keys (user_id, key, fingerprint, result, created_at)
    select id, n::text, '', '', now() - interval '25 hours' from users, generate_series(1, 500) as n`);
  const { rows } = await db.raw(`select count(*) from idempotency_keys where fingerprint = ''`);
  expect(await deleteExpired(db)).toBe(rows[0].count);
  expect(await db('idempotency_keys').where({ fingerprint: '' })).toEqual([]);
});
