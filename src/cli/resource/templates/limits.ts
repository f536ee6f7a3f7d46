// The part of a resource's test that knows its limits: what is just stored, and what is just refused.
import type { Field, Resource } from '../../../contract/resources/types.ts';
import { literal, property } from '../typescript.ts';
import { spaced, withArticle, wordsOf } from '../words.ts';
import { acceptsText, listedOf } from './values.ts';

/** The test of the limits; nothing when there are none. */
export function limitsText(items: string, resource: Resource): string {
  const sent = resource.fields.filter((field) => field.sent !== undefined && field.references === undefined);
  const stored = sent.flatMap(storedRows);
  const refused = sent.flatMap(refusedRows);
  const blocks = [
    stored.length === 0
      ? ''
      : `  it.each([
${stored.join('\n')}
  ])('%s is stored as it is', async (_name, values) => {
    const { row } = await ${items}.create('limits', values);
    expect(row).toMatchObject(values);
  });
`,
    refused.length === 0
      ? ''
      : `  it.each([
${refused.join('\n')}
  ])('%s is refused by name', async (_name, values, pointer, code) => {
    const { errors } = problemOf(await ${items}.ask('limits', values), 422);
    expect(errors).toMatchObject([{ pointer, code }]);
  });
`,
  ].filter((block) => block !== '');
  if (blocks.length === 0) return '';
  return `describe('the limits of ${withArticle(wordsOf(resource))}', () => {
${blocks.join('\n')}});
`;
}

function storedRows(field: Field): string[] {
  const { name, nullable, sent } = field;
  const { maxLength, minimum, maximum, types = [] } = sent ?? {};
  const values = listedOf(field);
  const isNumber = types[0] !== 'string' && values.length === 0;
  const row = (words: string, value: string) => `    [${literal(words)}, { ${property(name, value)} }],`;
  const words = spaced(name);
  return [
    ...(nullable && sent?.nullable ? [row(`no ${words}`, 'null')] : []),
    ...values.map((value) => row(`the ${words} ${value}`, literal(value))),
    ...(maxLength !== undefined && acceptsText(field, 'x'.repeat(maxLength))
      ? [row(`${withArticle(words)} of ${maxLength} characters`, `'x'.repeat(${maxLength})`)]
      : []),
    ...(isNumber && minimum !== undefined ? [row(`the least ${words}`, String(minimum))] : []),
    ...(isNumber && maximum !== undefined ? [row(`the greatest ${words}`, String(maximum))] : []),
  ];
}

function refusedRows(field: Field): string[] {
  const { name, nullable, sent, required } = field;
  const values = listedOf(field);
  const other = otherThan(field);
  const { maxLength, minimum, maximum, types = [] } = sent ?? {};
  const row = (words: string, value: string, code: string) =>
    `    [${literal(words)}, { ${property(name, value)} }, ${literal(`/${name}`)}, ${literal(code)}],`;
  const words = spaced(name);
  const isNumber = types[0] !== 'string' && values.length === 0;
  const beyond = (limit: number, step: number) => (Number.isSafeInteger(limit + step) ? [String(limit + step)] : []);
  return [
    ...(required ? [row(`no ${words}`, 'undefined', 'required')] : []),
    ...(nullable || values.length > 0 ? [] : [row(`${withArticle(words)} of null`, 'null', 'type')]),
    ...(other === undefined ? [] : [row(`${withArticle(words)} that is none`, literal(other), 'enum')]),
    ...(maxLength !== undefined && values.length === 0 && acceptsText(field, 'x'.repeat(maxLength))
      ? [row(`${withArticle(words)} of ${maxLength + 1} characters`, `'x'.repeat(${maxLength + 1})`, 'maxLength')]
      : []),
    ...(isNumber && minimum !== undefined
      ? beyond(minimum, -1).map((value) => row(`less than the least ${words}`, value, 'minimum'))
      : []),
    ...(isNumber && maximum !== undefined
      ? beyond(maximum, 1).map((value) => row(`more than the greatest ${words}`, value, 'maximum'))
      : []),
  ];
}

/** A value that its list alone refuses; undefined where there is none, or its limits let in what is in it and nothing else. */
function otherThan(field: Field): unknown {
  const values = listedOf(field);
  const { types = [], minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field.sent ?? {};
  if (values.length === 0 || types[0] === 'boolean') return undefined;
  if (types[0] === 'string') return `not ${values.join(' or ')}`;
  const neighbours = values.flatMap((value) => [Number(value) - 1, Number(value) + 1]);
  return neighbours.find((number) => !values.includes(number) && minimum <= number && number <= maximum);
}
