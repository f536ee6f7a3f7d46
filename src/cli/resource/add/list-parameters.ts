// The query parameters of a new resource's list: a filter for each flag, reference and indexed field, a search, and the orders.

import { spaced } from '../words.ts';
import { isNullable, type NewField } from './new-field.ts';
import type { NewResource } from './new-resource.ts';
import { ref } from './reference.ts';
import { valuesOf } from './schemas.ts';
import { listed } from './words.ts';

type Parameter = Record<string, unknown>;

interface Order {
  name: string;
  column: string;
  order: 'asc' | 'desc';
  nullable: boolean;
  text: boolean;
}

export function listParameters({ names, fields }: NewResource): Parameter[] {
  const orders = [
    { name: 'created', column: 'created_at', order: 'desc', nullable: false, text: false } as const,
    ...fields.filter(isSortable).map(orderOf),
  ];
  return [
    ...fields.filter(isFilter).map((field) => filter(names.many, field)),
    ...search(names.many, fields),
    sort(orders, names.many),
    { name: 'order', in: 'query', description: directions(orders), schema: { type: 'string', enum: ['asc', 'desc'] } },
    ...['Limit', 'Offset', 'Cursor', 'Count'].map((name) => ref('parameters', name)),
  ];
}

export function isFilter({ type, index, references }: NewField): boolean {
  return index || type === 'bool' || references !== undefined;
}

/** A moment or a number can be missing in an order: there is an end to stand for it, and none of texts. */
function isSortable(field: NewField): boolean {
  const { type, index } = field;
  return index && (type === 'datetime' || type === 'int' || (type === 'string' && !isNullable(field)));
}

function orderOf(field: NewField): Order {
  const { name, type, enum: values } = field;
  return {
    name,
    column: name,
    order: 'asc',
    nullable: isNullable(field),
    text: type === 'string' && values === undefined,
  };
}

function filter(many: string, field: NewField): Parameter {
  const { name, type, enum: values, references } = field;
  const which =
    type === 'bool' ? `that are ${spaced(name)} (\`true\`), or that are not (\`false\`)` : `with this \`${name}\``;
  const isFreeText = type === 'datetime' || (type === 'string' && (values === undefined || values.some(isEncoded)));
  return {
    name,
    in: 'query',
    description: `Only the ${many} ${which}.`,
    ...(isFreeText && { allowReserved: true }),
    'x-filter': true,
    schema:
      references !== undefined
        ? ref('schemas', 'Id')
        : type === 'datetime'
          ? ref('schemas', 'DateTime')
          : sought(field),
  };
}

/** Whether clients encode it (RFC 3986, section 2.3), and some of them a space as `+`. */
function isEncoded(value: string): boolean {
  return /[^\w.~-]/.test(value);
}

/** What can be looked for: any value of the field that is not empty. */
function sought(field: NewField): Record<string, unknown> {
  const { pattern: _pattern, ...limits } = valuesOf(field);
  return 'maxLength' in limits ? { type: 'string', minLength: 1, maxLength: limits['maxLength'] } : limits;
}

/** None where no field is searched. */
function search(many: string, fields: NewField[]): Parameter[] {
  const columns = fields.filter((field) => field.search).map(({ name }) => name);
  if (columns.length === 0) return [];
  const places = columns.map((column) => `\`${column}\``).join(' or ');
  return [
    {
      name: 'q',
      in: 'query',
      description: `Only the ${many} with this text in ${places}, in any letter case. \`%\` and \`_\` mean themselves.`,
      allowReserved: true,
      'x-search': columns,
      schema: { type: 'string', minLength: 1, maxLength: 200 },
    },
  ];
}

function sort(orders: Order[], many: string): Parameter {
  const texts = orders.filter(({ text }) => text).map(({ name }) => `\`${name}\``);
  const missing = orders.filter(({ nullable }) => nullable).map(({ name }) => `\`${name}\``);
  const notes = [
    texts.length > 0 && `${listed(texts)} ${texts.length > 1 ? 'follow' : 'follows'} the collation of the database`,
    missing.length > 0 && `under ${listed(missing)} the ${many} without one come last in both directions`,
  ].filter((note) => note !== false);
  const more = notes.length > 0 ? ` ${notes.join('; ').replace(/^u/, 'U')}.` : '';
  return {
    name: 'sort',
    in: 'query',
    description: `What to order by. Ties are broken by \`id\`, so the order is total.${more}`,
    'x-sort': Object.fromEntries(orders.map(({ name, column, order }) => [name, { column, order }])),
    schema: { type: 'string', enum: orders.map(({ name }) => name), default: 'created' },
  };
}

function directions(orders: Order[]): string {
  const [, ...others] = orders.map(({ name }) => `\`${name}\``);
  const ascending = others.length > 0 ? `, ${listed(others)} ${others.length > 1 ? 'are' : 'is'} \`asc\`` : '';
  return `The direction. When it is left out, \`created\` is \`desc\`${ascending}.`;
}
