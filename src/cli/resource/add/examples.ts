// Examples of a new resource: two rows that keep to every limit, and what one sends to make or change them.
import { isNullable, type NewField } from './new-field.ts';
import type { NewResource } from './new-resource.ts';

type Values = Record<string, unknown>;

/** The example of other ids: what is 42 there is 42 here. */
const id = 42;

/** A row as it is answered; the other is younger, and has nothing where nothing may be. */
export function exampleRow({ shared, parent, fields }: NewResource, which: 'one' | 'other' = 'one'): Values {
  const [number, created] = which === 'one' ? [id, '2026-02-20T16:45:00.120Z'] : [id + 1, '2026-02-20T16:45:10.512Z'];
  return {
    id: number,
    ...(!shared && { user_id: 'alice' }),
    ...(parent && { [parent.column]: id }),
    ...valuesOf(fields, (field) => (which === 'other' && isNullable(field) ? null : sample(field, which))),
    created_at: created,
    updated_at: created,
  };
}

/** The row after a change, a minute before midnight of another day. */
export function changedRow(resource: NewResource, changes: Values): Values {
  return { ...exampleRow(resource), ...changes, updated_at: '2026-02-21T07:12:44.902Z' };
}

/** The bodies that create one: with what is needed, and with everything. */
export function createExamples({ fields }: NewResource): Record<string, { summary: string; value: Values }> {
  const required = fields.filter((field) => field.required);
  const minimal = { summary: 'What is needed', value: valuesOf(required, (field) => sample(field, 'one')) };
  const full = { summary: 'Everything that can be set', value: valuesOf(fields, (field) => sample(field, 'one')) };
  return required.length === fields.length ? { full } : { minimal, full };
}

/** The bodies that change one, by name. */
export function updateExamples({ fields }: NewResource): Record<string, { summary: string; value: Values }> {
  const ownField = fields.find(({ references }) => references === undefined) ?? fields[0];
  const changed = ownField === undefined ? [] : [ownField];
  const cleared = fields.find(isNullable);
  return {
    change: { summary: 'Another value for one field', value: valuesOf(changed, (field) => sample(field, 'other')) },
    ...(cleared && { clear: { summary: `Remove ${cleared.name}`, value: { [cleared.name]: null } } }),
  };
}

/** A value that the field can have; the two differ where its limits leave room for two. */
function sample(field: NewField, which: 'one' | 'other'): unknown {
  const { name, type, min, max, enum: values, references } = field;
  const step = which === 'one' ? 0 : 1;
  if (references !== undefined) return id;
  if (values !== undefined) return values[step % values.length];
  if (type === 'bool') return (field.default === true) !== (which === 'other');
  if (type === 'datetime') return which === 'one' ? '2026-03-01T09:00:00.000Z' : '2026-03-02T09:00:00.000Z';
  if (type === 'int' || type === 'float') return numberWithin(min, max, step);
  const words = `${which === 'one' ? 'One' : 'Another'} ${name.replaceAll('_', ' ')}`;
  return words
    .slice(0, max)
    .trimEnd()
    .padEnd(min ?? 0, '.');
}

function numberWithin(min: number | undefined, max: number | undefined, step: number): number {
  const start = min ?? Math.min(1, (max ?? 2) - 1);
  return Math.min(start + step, max ?? Number.POSITIVE_INFINITY);
}

function valuesOf(fields: NewField[], value: (field: NewField) => unknown): Values {
  return Object.fromEntries(fields.map((field) => [field.name, value(field)]));
}
