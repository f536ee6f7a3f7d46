// The schemas of a new resource: what is read, what can be created, and what can be changed.

import { capitalised, spaced } from '../words.ts';
import { isNullable, type NewField } from './new-field.ts';
import type { NewResource } from './new-resource.ts';
import { ref } from './reference.ts';

type Schema = Record<string, unknown>;

/** By name: the schema that is read and, unless it is shared, those of what is sent. */
export function schemasOf(resource: NewResource): Record<string, Schema> {
  const { names, shared, fields, parent } = resource;
  const read = readSchema(resource);
  if (shared) return { [names.schema]: read };
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  const place = parent === undefined ? '' : ` in ${parent.names.aOne}`;
  return {
    [names.schema]: read,
    [`${names.schema}Create`]: {
      type: 'object',
      description: `${capitalised(names.aOne)} to create${place}.`,
      ...(required.length > 0 && { required }),
      additionalProperties: false,
      properties: properties(fields, (field) => ({
        ...property(field, inputText(field)),
        ...(field.default !== undefined && { default: field.default }),
      })),
    },
    [`${names.schema}Update`]: {
      type: 'object',
      description: `What to change about ${names.aOne}. Fields that are left out stay as they are.`,
      minProperties: 1,
      additionalProperties: false,
      properties: properties(fields, (field) =>
        property(field, isNullable(field) ? `${text(field)}; \`null\` clears it.` : inputText(field)),
      ),
    },
  };
}

function readSchema({ names, shared, fields, parent }: NewResource): Schema {
  const all = {
    id: { allOf: [ref('schemas', 'Id')], readOnly: true },
    ...(!shared && {
      user_id: { allOf: [ref('schemas', 'UserId')], readOnly: true, description: `Whose ${names.one} it is.` },
    }),
    ...(parent && {
      [parent.column]: {
        allOf: [ref('schemas', 'Id')],
        readOnly: true,
        description: `The ${parent.names.one} that it is in and is deleted with.`,
      },
    }),
    ...properties(fields, (field) => ({
      ...property(field, `${text(field)}${isNullable(field) ? ', if there is one' : ''}.`),
      ...(field.unique && { 'x-unique': true }),
      ...(field.index && { 'x-index': true }),
    })),
    created_at: { allOf: [ref('schemas', 'DateTime')], readOnly: true, description: 'When it was created.' },
    updated_at: { allOf: [ref('schemas', 'DateTime')], readOnly: true, description: 'When it was last changed.' },
  };
  const owner = parent === undefined ? 'a person' : parent.names.aOne;
  return {
    type: 'object',
    description: shared
      ? `${capitalised(names.aOne)} that every signed-in user may read.`
      : `${capitalised(names.aOne)} of ${owner}.`,
    required: Object.keys(all),
    additionalProperties: false,
    properties: all,
  };
}

/** The values that a field can have, without null. */
export function valuesOf({ type, min, max, required, enum: values }: NewField): Schema {
  if (values !== undefined) return { type: 'string', enum: values };
  if (type === 'bool') return { type: 'boolean' };
  if (type === 'int')
    return { type: 'integer', minimum: min ?? -Number.MAX_SAFE_INTEGER, maximum: max ?? Number.MAX_SAFE_INTEGER };
  if (type === 'float')
    return { type: 'number', ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
  const isSaid = required && min === undefined; // a title of nothing but white space says nothing
  const least = min ?? (isSaid ? 1 : 0);
  return { type: 'string', ...(least > 0 && { minLength: least }), maxLength: max, ...(isSaid && { pattern: '\\S' }) };
}

function property(field: NewField, description: string): Schema {
  const references = field.references === undefined ? {} : { 'x-references': field.references };
  if (field.type === 'datetime' || field.references !== undefined) {
    const shared = ref('schemas', field.references === undefined ? 'DateTime' : 'Id');
    const values = isNullable(field) ? { oneOf: [shared, { type: 'null' }] } : { allOf: [shared] };
    return { description, ...values, ...references };
  }
  const { type, ...limits } = valuesOf(field);
  if (!isNullable(field)) return { type, description, ...limits };
  const values = field.enum === undefined ? {} : { enum: [...field.enum, null] };
  return { type: [type, 'null'], description, ...limits, ...values };
}

function properties(fields: NewField[], schema: (field: NewField) => Schema): Record<string, Schema> {
  return Object.fromEntries(fields.map((field) => [field.name, schema(field)]));
}

/** What a field says, without the full stop. */
function text({ name, type, references }: NewField): string {
  if (references !== undefined) return `The ${spaced(name.replace(/_id$/, ''))} that it belongs to and is deleted with`;
  if (type === 'bool') return `Whether it is ${spaced(name)}`;
  return `The ${spaced(name)}`;
}

function inputText(field: NewField): string {
  const isSaid =
    valuesOf(field)['pattern'] !== undefined && field.references === undefined && field.type !== 'datetime';
  return `${text(field)}${isNullable(field) ? ', if there is one' : ''}.${isSaid ? ' Not only white space.' : ''}`;
}
