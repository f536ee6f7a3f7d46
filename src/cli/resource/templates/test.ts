// The template of a resource's test: what each operation does, its limits, its pages, and that it is closed to others.
import type { Role } from '../../../contract/resources/roles.ts';
import type { Resource, ResourceOperation } from '../../../contract/resources/types.ts';
import { literal, property } from '../typescript.ts';
import { camel, capitalised, headerAmong, pluralWordsOf, withArticle, wordsOf } from '../words.ts';
import { limitsText } from './limits.ts';
import { othersText } from './others-test.ts';
import { sharedTestText } from './shared-test.ts';
import { lineIf, type Words } from './test-words.ts';
import { filtersText, searchText, uniqueText } from './values.ts';

/** Undefined when a test could do nothing without a hand: rows of an owner that nothing creates. */
export function testText(resource: Resource): string | undefined {
  const by = (role: Role) => resource.operations.find((operation) => operation.role === role);
  if (resource.owner === 'nobody') return sharedTestText(resource);
  const [create, read, update, remove, list] = [by('create'), by('read'), by('update'), by('remove'), by('list')];
  if (create === undefined) return undefined;
  const words: Words = {
    one: wordsOf(resource),
    a: withArticle(wordsOf(resource)),
    items: nameOfItems(resource),
  };
  const parts = [
    createdText(words, create, read),
    limitsText(words.items, resource),
    uniqueText(words.items, resource),
    update === undefined ? '' : updatedText(words, update, resource),
    ...resource.operations.filter(({ role }) => role === 'toggle').map((toggle) => toggledText(words, toggle)),
    remove === undefined ? '' : removedText(words, read),
    list === undefined ? '' : listedText(words, resource, list),
    othersText(words, resource),
  ];
  const body = parts.filter((part) => part !== '').join('\n');
  return `// ${capitalised(pluralWordsOf(resource))} as a front end uses them: each operation, its limits, its pages, and what others can do.
import { describe, expect, it } from 'vitest';
import { ${body.includes('problemOf(') ? 'problemOf, ' : ''}startApi } from './support/api.ts';
import { itemsOf } from './support/items-of.ts';

const api = await startApi();
const ${words.items} = await itemsOf(api, ${literal(create.id)});

${body}`;
}

/** What else has a name in these tests. */
const named =
  `action address api code collection count describe errors expect found gone id it itemsOf json method name order own page pointer problemOf
  query reply row rows sent startApi toggle user value values whole`.split(/\s+/);

/** `orderItems`; `allRows` where the word means something in a test already. */
function nameOfItems(resource: Resource): string {
  const name = camel(pluralWordsOf(resource));
  return named.includes(name) ? `all${capitalised(name)}` : name;
}

function createdText(
  { a, items, one }: Words,
  { answers }: ResourceOperation,
  read: ResourceOperation | undefined,
): string {
  const isAddressed = headerAmong(answers, 'Location') !== undefined;
  const isTagged = headerAmong(answers, 'ETag') !== undefined;
  const reply = isAddressed || isTagged ? 'reply, ' : '';
  return `describe('creating ${a}', () => {
  it('answers 201 with the whole ${one}, its address and its version', async () => {
    const { ${reply}sent, row${read === undefined && !isAddressed ? '' : ', address'} } = await ${items}.create('alice');
    expect(row).toMatchObject(sent);
${lineIf(isAddressed, `expect(reply.headers.get('location')).toBe(address);`)}${lineIf(isTagged, `expect(reply.headers.get('etag')).toMatch(/^"1\\b/);`)}${lineIf(read !== undefined, `expect((await api.request('GET', address, { as: 'alice' })).json).toEqual(row);`)}  });
});
`;
}

function updatedText(
  { a, items }: Words,
  { method, headers, answers }: ResourceOperation,
  { columns }: Resource,
): string {
  const moment = columns.includes('updated_at') ? ', updated_at: expect.any(String)' : '';
  const verb = literal(method.toUpperCase());
  const faster = `
  it('happens only if nobody was faster', async () => {
    const { row, address } = await ${items}.create('alice');
    const json = await ${items}.changes('alice');
    problemOf(await api.request(${verb}, address, { as: 'alice', json, headers: { 'If-Match': '"2"' } }), 412);
    const reply = await api.request(${verb}, address, { as: 'alice', json, headers: { 'If-Match': '"1"' } });
    expect(reply.json).toMatchObject({ ...json, id: row.id });
  });
`;
  return `describe('changing ${a}', () => {
  it('changes the fields that are sent and no others, and moves the version', async () => {
    const { row, address } = await ${items}.create('alice');
    const json = await ${items}.changes('alice');
    const reply = await api.request(${verb}, address, { as: 'alice', json });
    expect(reply.status, reply.text).toBe(200);
    expect(reply.json).toEqual({ ...row, ...json${moment} });
${lineIf(headerAmong(answers, 'ETag') !== undefined, `expect(reply.headers.get('etag')).toMatch(/^"2\\b/);`)}  });
${headerAmong(headers, 'If-Match') !== undefined ? faster : ''}});
`;
}

function toggledText({ a, items }: Words, { path, toggles }: ResourceOperation): string {
  const verb = path.slice(path.lastIndexOf('/') + 1);
  const value = `row[${literal(toggles)}]`;
  return `describe('toggling ${toggles} of ${a}', () => {
  it('turns it into its opposite, each time', async () => {
    const { row, address } = await ${items}.create('alice');
    const toggle = () => api.request('PATCH', \`\${address}/${verb}\`, { as: 'alice' });
    expect((await toggle()).json).toMatchObject({ id: row.id, ${property(`${toggles}`, `!${value}`)} });
    expect((await toggle()).json).toMatchObject({ id: row.id, ${property(`${toggles}`, value)} });
  });
});
`;
}

function removedText({ a, items }: Words, read: ResourceOperation | undefined): string {
  return `describe('deleting ${a}', () => {
  it('answers 204 without a body, and 404 from then on', async () => {
    const { address } = await ${items}.create('alice');
    const gone = await api.request('DELETE', address, { as: 'alice' });
    expect([gone.status, gone.text]).toEqual([204, '']);
    problemOf(await api.request('DELETE', address, { as: 'alice' }), 404);
${lineIf(read !== undefined, `problemOf(await api.request('GET', address, { as: 'alice' }), 404);`)}  });
});
`;
}

function listedText({ items }: Words, resource: Resource, { query }: ResourceOperation): string {
  const { listing } = resource;
  const orders = Object.keys(listing.sorts).flatMap((sort) =>
    (query.includes('order') ? ['&order=asc', '&order=desc'] : ['']).map(
      (order) => `${listing.sortedBy}=${sort}${order}`,
    ),
  );
  const queries = orders.length === 0 ? [''] : orders;
  return `describe('a list of ${pluralWordsOf(resource)}', () => {
  it.each([
${queries.map((asked) => `    [${literal(asked)}],`).join('\n')}
  ])('is cut into pages that neither repeat nor skip: %s', async (order) => {
    const user = \`pages \${order}\`;
    for (let count = 0; count < 5; count += 1) await ${items}.create(user);
    const collection = await ${items}.collection(user);
    const whole = await api.request('GET', \`\${collection}?\${order}\`, { as: user });
    expect(whole.json).toHaveLength(5);
    const rows: unknown[] = [];
    let address: string | undefined = \`\${collection}?limit=2&\${order}\`;
    while (address !== undefined) {
      const page = await api.request('GET', address, { as: user });
      rows.push(...(page.json as unknown[]));
      address = /<(.*)>/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(rows).toEqual(whole.json);
  });
${filtersText(items, resource)}${searchText(items, resource)}});
`;
}
