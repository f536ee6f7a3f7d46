// The part of a resource's test that is about somebody else: each operation, as the owner's and as theirs.
import type { Resource } from '../../../contract/resources/types.ts';
import { literal } from '../typescript.ts';
import { lineIf, type Words } from './test-words.ts';

/** Each operation, as the owner's and as somebody else's. */
export function othersText({ items, one }: Words, { operations, item, owner, collection }: Resource): string {
  const update = operations.find(({ role }) => role === 'update');
  const json = update === undefined ? '' : ', json';
  const onItems = operations.filter(({ path }) => path !== collection);
  const rows = onItems.map(
    ({ id, method, path }) =>
      `    [${literal(id)}, ${literal(method.toUpperCase())}, ${literal(path.slice(item.length))}],`,
  );
  const list = operations.some(({ role }) => role === 'list');
  const listed = `  it('lists them to nobody else', async () => {
    await ${items}.create('alice');
    const reply = await api.request('GET', await ${items}.collection('mallory'), { as: 'mallory' });
    expect([reply.status, reply.json]).toEqual([200, []]);
  });
`;
  const closed = `  it.each([
${rows.join('\n')}
  ])('%s finds another\\'s ${one} as little as one that is not there', async (${update === undefined ? '_id' : 'id'}, method, action) => {
    const { row, address } = await ${items}.create('alice');
${lineIf(update !== undefined, `const json = id === ${literal(update?.id)} ? await ${items}.changes('mallory') : undefined;`)}    const own = \`\${await ${items}.collection('mallory')}/\${row.id}\${action}\`;
    problemOf(await api.request(method, own, { as: 'mallory'${json} }), 404);
${lineIf(owner === 'path', `problemOf(await api.request(method, \`\${address}\${action}\`, { as: 'mallory'${json} }), 403);`)}    problemOf(await api.request(method, \`\${address}\${action}\`${update === undefined ? '' : ', { json }'}), 401);
${lineIf(
  operations.some(({ role }) => role === 'read'),
  `expect((await api.request('GET', address, { as: 'alice' })).json).toEqual(row);`,
)}  });
`;
  const blocks = [...(list ? [listed] : []), ...(onItems.length > 0 ? [closed] : [])];
  return blocks.length === 0
    ? ''
    : `describe('others', () => {
${blocks.join('\n')}});
`;
}
