// The rules for the words that Deed adds to OpenAPI: what a client sends must be let in as before, and mean the same rows.
import type { Content, DescribedOperation, Parameter } from './document.ts';
import type { Change } from './schema-rules.ts';
import { propertiesOf, type Resolve, type SubSchema, valuesAt, variantsOf } from './variants.ts';

/** A value is refused now where another row has it. That is said of the rows answered, and meets whoever sends it. */
export function uniqueness({ before, after }: Change<DescribedOperation>): string[] {
  const sent = named(before.body?.content, before.resolve).filter(([, schema]) => !says(schema, 'readOnly', before));
  const uniqueIn = (operation: DescribedOperation) => {
    const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    const answered = successes.flatMap(([, { content }]) => named(content, operation.resolve));
    return new Set(answered.filter(([, schema]) => says(schema, 'x-unique', operation)).map(([name]) => name));
  };
  const [old, now] = [uniqueIn(before), uniqueIn(after)];
  const names = new Set(sent.map(([name]) => name));
  return [...names]
    .filter((name) => now.has(name) && !old.has(name))
    .map((name) => `request body /${name}: x-unique true added`);
}

export function toggle({ before: { toggles: old }, after: { toggles: now } }: Change<DescribedOperation>): string[] {
  return old === undefined || now === undefined || old === now ? [] : [`x-toggle changed from ${old} to ${now}`];
}

/** What a parameter chose must be chosen by it still, in the same order. A value or a column more is nobody's yet. */
export function listing({ before, after }: Change<Parameter>): string[] {
  const lost = (before['x-search'] ?? []).filter((column) => !after['x-search']?.includes(column));
  return [
    ...changed('x-sort', { before: before['x-sort'], after: after['x-sort'] }),
    ...changed('x-filter', { before: before['x-filter'], after: after['x-filter'] }),
    ...lost.map((column) => `x-search ${column} removed`),
  ];
}

function changed(word: string, { before, after }: Change<true | Record<string, object> | undefined>): string[] {
  if (typeof before === 'object' && typeof after === 'object') {
    return Object.entries(before).flatMap(([value, old]) =>
      difference(`${word} ${value}`, { before: text(old), after: after[value] && text(after[value]) }),
    );
  }
  const whole = (filter: typeof before) => (typeof filter === 'object' ? 'conditions' : filter && 'true');
  return difference(word, { before: whole(before), after: whole(after) });
}

function difference(word: string, { before, after }: Change<string | undefined>): string[] {
  if (before === undefined || before === after) return [];
  return [after === undefined ? `${word} removed` : `${word} changed from ${before} to ${after}`];
}

/** `column "title", order "asc"`, whichever is written first. */
function text(members: object): string {
  const parts = Object.entries(members).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return parts.sort().join(', ');
}

/** The properties of what is sent or answered. */
function named(content: Content | undefined, resolve: Resolve): [string, SubSchema][] {
  const variants = Object.values(content ?? {}).flatMap(({ schema }) => variantsOf(schema ?? true, resolve));
  return variants.flatMap((variant) => [...propertiesOf(variant)]);
}

function says(schema: SubSchema, keyword: string, { resolve }: DescribedOperation): boolean {
  return variantsOf(schema, resolve).some((variant) => valuesAt(variant, keyword).includes(true));
}
