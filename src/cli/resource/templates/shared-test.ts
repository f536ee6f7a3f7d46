// The template of the test of a resource that belongs to nobody: everybody reads the same, and nobody writes.
import type { Resource } from '../../../contract/resources/types.ts';
import { literal } from '../typescript.ts';
import { capitalised, pluralWordsOf } from '../words.ts';

/** Undefined when there is no list or no item to read. */
export function sharedTestText(resource: Resource): string | undefined {
  const { collection, operations } = resource;
  const roles = operations.map(({ role }) => role);
  if (!roles.includes('list') || !roles.includes('read')) return undefined;
  const many = pluralWordsOf(resource);
  return `// ${capitalised(many)} as a front end uses them: everybody who is signed in reads the same, and nobody writes.
import { describe, expect, it } from 'vitest';
import { loadContract } from '../src/contract/contract.ts';
import { problemOf, startApi } from './support/api.ts';
import { seedShared } from './support/items.ts';

const api = await startApi();
const collection = ${literal(collection)};
const id = (await seedShared(api.database.db, loadContract())).get(collection);
const item = \`\${collection}/\${id}\`;

describe(${literal(many)}, () => {
  it.each(['alice', 'mallory'])('are the same for everybody, such as %s', async (user) => {
    const list = await api.request('GET', collection, { as: user });
    expect(list.json).not.toHaveLength(0);
    expect(list.json).toEqual((await api.request('GET', collection, { as: 'bob' })).json);
    expect((await api.request('GET', item, { as: user })).json).toMatchObject({ id });
    problemOf(await api.request('GET', \`\${collection}/9007199254740991\`, { as: user }), 404);
  });

  it('are closed to nobody in particular', async () => {
    problemOf(await api.request('GET', collection), 401);
    problemOf(await api.request('GET', item), 401);
  });

  it('cannot be written', async () => {
    problemOf(await api.request('POST', collection, { as: 'alice', json: {} }), 405);
    problemOf(await api.request('PUT', item, { as: 'alice', json: {} }), 405);
    problemOf(await api.request('DELETE', item, { as: 'alice' }), 405);
  });
});
`;
}
