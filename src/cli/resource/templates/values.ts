// The parts of a resource's test that need a value of a field: what is unique, and what a list is narrowed by or finds.
import type { Field, Resource } from '../../../contract/resources/types.ts';
import { literal, property } from '../typescript.ts';
import { spaced, withArticle, wordsOf } from '../words.ts';

/** The test that a value is taken, for each field that is unique; nothing when none is. */
export function uniqueText(items: string, resource: Resource): string {
  const rows = resource.fields.flatMap((field) => {
    const value = field.unique ? sampleOf(field) : undefined;
    return value === undefined
      ? []
      : [
          `    [${literal(withArticle(spaced(field.name)))}, { ${property(field.name, value)} }, ${literal(`/${field.name}`)}],`,
        ];
  });
  if (rows.length === 0) return '';
  return `describe('what is unique about ${withArticle(wordsOf(resource))}', () => {
  it.each([
${rows.join('\n')}
  ])('%s that another one has is refused, and free to other people', async (_name, values, pointer) => {
    await ${items}.create('unique', values);
    const { errors } = problemOf(await ${items}.ask('unique', values), 409);
    expect(errors).toMatchObject([{ pointer, code: 'unique' }]);
    expect((await ${items}.create('somebody else', values)).row).toMatchObject(values);
  });
});
`;
}

/** The test of the filters that are for a value each; nothing when there are none. */
export function filtersText(items: string, { listing, fields }: Resource): string {
  const rows = listing.filters.flatMap(({ parameter, conditions }) => {
    const field = conditions === undefined ? fields.find(({ name }) => name === parameter) : undefined;
    const value = field && sampleOf(field);
    return value === undefined ? [] : [`    [${literal(parameter)}, ${value}],`];
  });
  if (rows.length === 0) return '';
  return `
  it.each([
${rows.join('\n')}
  ])('narrowed by %s has the rows with that value and no others', async (name, value) => {
    const { row } = await ${items}.create('filter', { [name]: value });
    await ${items}.create('filter');
    const query = \`\${name}=\${encodeURIComponent(String(value))}\`;
    const reply = await api.request('GET', \`\${await ${items}.collection('filter')}?\${query}\`, { as: 'filter' });
    const rows = reply.json as Record<string, unknown>[];
    expect(rows.map(({ id }) => id)).toContain(row.id);
    expect(new Set(rows.map((found) => found[name]))).toEqual(new Set([value]));
  });
`;
}

/** What is looked for; no example has it. */
const sought = 'Needle';

/** The test that a text is found in each column that is searched; nothing when none is. */
export function searchText(items: string, { listing: { search }, fields }: Resource): string {
  const rows = fields.filter((field) => search?.columns.includes(field.name) && acceptsText(field, sought));
  if (search === undefined || rows.length === 0) return '';
  return `
  it.each([
${rows.map(({ name }) => `    [${literal(name)}],`).join('\n')}
  ])('finds a text in %s, in any letter case', async (name) => {
    const user = \`search \${name}\`;
    const { row } = await ${items}.create(user, { [name]: ${literal(sought)} });
    await ${items}.create(user);
    const address = \`\${await ${items}.collection(user)}?${search.parameter}=${sought.slice(1).toUpperCase()}\`;
    expect((await api.request('GET', address, { as: user })).json).toEqual([row]);
  });
`;
}

/** Whether a text may be sent as the value of a field. */
export function acceptsText({ sent }: Field, text: string): boolean {
  if (sent === undefined || sent.types[0] !== 'string' || sent.format !== undefined) return false;
  const { values, pattern = '', minLength = 0, maxLength = Number.POSITIVE_INFINITY } = sent;
  if (values !== undefined && !values.includes(text)) return false;
  return minLength <= text.length && text.length <= maxLength && new RegExp(pattern, 'u').test(text);
}

/** The only values that may be sent as that of a field, when the contract lists them. */
export function listedOf({ sent }: Field): unknown[] {
  return sent?.format === 'date-time' ? [] : (sent?.values ?? []);
}

/** A value of a field as TypeScript; undefined when it is a reference, or of a form that is not known here. */
function sampleOf(field: Field): string | undefined {
  const { sent, references } = field;
  if (sent === undefined || references !== undefined) return undefined;
  const { types, format, minLength = 1, minimum = 1, maximum = minimum } = sent;
  const [listed] = listedOf(field);
  if (listed !== undefined) return literal(listed);
  if (types[0] === 'boolean') return 'true';
  if (types[0] !== 'string') return String(Math.min(minimum, maximum));
  if (format === 'date-time') return literal('2026-03-01T09:00:00.000Z');
  const text = 'x'.repeat(Math.max(minLength, 1));
  return acceptsText(field, text) ? literal(text) : undefined;
}
