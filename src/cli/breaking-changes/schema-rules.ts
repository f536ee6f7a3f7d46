// The rules for one schema by itself. Who sends must not be held to less room, who receives must not be handed more.
import { typesOf, type Variant, valuesAt, valuesOf } from './variants.ts';

/** Clients send what a `request` schema describes, and receive what a `response` schema describes. */
export type Direction = 'request' | 'response';

export interface Change<T> {
  before: T;
  after: T;
}

/** What is said of each break, without the place. */
export function breaksOf(change: Change<Variant>, direction: Direction): string[] {
  const rules = direction === 'request' ? requestRules : responseRules;
  return [...types(change, direction), ...rules.flatMap((rule) => rule(change)), ...beyondJudgement(change)];
}

type Rule = (change: Change<Variant>) => string[];

/** Whatever a client sent before must still be welcome, and what it leaves out must still mean the same. */
const requestRules: Rule[] = [
  acceptedValues,
  ...['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'].map((keyword) =>
    limit(keyword, 'upper'),
  ),
  ...['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'].map((keyword) =>
    limit(keyword, 'lower'),
  ),
  ...['pattern', 'format', 'multipleOf', 'uniqueItems'].map(noNewConstraint),
  defaultChanged,
];

/**
 * Whatever a client receives must be what it was built for. Limits and patterns do not count here: a request that may be
 * longer makes answers that are longer, and no type of a client depends on it.
 */
const responseRules: Rule[] = [answeredValues, formatKept];

function types({ before, after }: Change<Variant>, direction: Direction): string[] {
  const [old, now] = [typesOf(before), typesOf(after)];
  const broken = direction === 'request' ? without(old, now) : without(now, old);
  if (broken.length === 0) return [];
  if (broken.join() === 'null') return [direction === 'request' ? 'null is no longer accepted' : 'may now be null'];
  return [`type changed from ${named(old)} to ${named(now)}`];
}

function acceptedValues({ before, after }: Change<Variant>): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (now === undefined) return [];
  if (old === undefined) return [`limited to ${now.join(', ')}`];
  return constantChanged(old, now) ?? without(old, now).map((value) => `value ${value} is no longer accepted`);
}

/** A new value finds a client that knows all the others; one that never comes any more, a client that waits for it. */
function answeredValues({ before, after }: Change<Variant>): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old === undefined) return [];
  if (now === undefined) return [`no longer limited to ${old.join(', ')}`];
  const lost = without(old, now).map((value) => `value ${value} removed`);
  return constantChanged(old, now) ?? [...lost, ...without(now, old).map((value) => `value ${value} added`)];
}

function constantChanged([old, ...otherOld]: string[], [now, ...otherNow]: string[]): string[] | undefined {
  if (otherOld.length + otherNow.length > 0 || old === now) return undefined;
  return [`constant changed from ${old} to ${now}`];
}

function limit(keyword: string, side: 'upper' | 'lower'): Rule {
  const strictest = (variant: Variant) => {
    const found = valuesAt(variant, keyword).filter((value) => typeof value === 'number');
    return side === 'upper' ? Math.min(...found) : Math.max(...found, /^min[LIP]/.test(keyword) ? 0 : -Infinity);
  };
  return ({ before, after }) => {
    const [old, now] = [strictest(before), strictest(after)];
    if (side === 'upper' ? now >= old : now <= old) return [];
    return [Number.isFinite(old) ? `${keyword} narrowed from ${old} to ${now}` : `${keyword} ${now} added`];
  };
}

function noNewConstraint(keyword: string): Rule {
  return ({ before, after }) => {
    const [old, now] = [texts(before, keyword), texts(after, keyword)];
    const added = without(now, old).filter((value) => value !== 'false');
    if (added.length === 0) return [];
    const lost = without(old, now);
    return [lost.length === 0 ? `${keyword} ${added} added` : `${keyword} changed from ${lost} to ${added}`];
  };
}

function formatKept({ before, after }: Change<Variant>): string[] {
  const [old, now] = [texts(before, 'format'), texts(after, 'format')];
  const lost = without(old, now);
  if (lost.length === 0) return [];
  return [now.length === 0 ? `format ${lost} removed` : `format changed from ${lost} to ${now}`];
}

/** Leaving a value out means the default: another one, or a first one, gives the same request another meaning. */
function defaultChanged({ before, after }: Change<Variant>): string[] {
  const [old, now] = [texts(before, 'default').at(-1), texts(after, 'default').at(-1)];
  if (old === now) return [];
  if (old === undefined) return [`default ${now} added`];
  return [now === undefined ? `default ${old} removed` : `default changed from ${old} to ${now}`];
}

/** Keywords whose effect no simple rule can tell: whoever changes one has to look, so it is said. */
function beyondJudgement({ before, after }: Change<Variant>): string[] {
  return unjudged
    .filter((keyword) => texts(before, keyword).join() !== texts(after, keyword).join())
    .map((keyword) => `${keyword} changed, which may break clients`);
}

const unjudged = [
  ...['not', 'if', 'then', 'else', 'contains', 'minContains', 'maxContains', 'propertyNames', 'patternProperties'],
  ...['dependentRequired', 'dependentSchemas', 'unevaluatedProperties', 'unevaluatedItems', 'contentEncoding'],
];

function texts(variant: Variant, keyword: string): string[] {
  const found = valuesAt(variant, keyword).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return [...new Set(found)];
}

function named(types: string[]): string {
  if (types.length === 7) return 'any';
  return types.filter((type) => type !== 'integer' || !types.includes('number')).join(' or ') || 'nothing';
}

function without(these: string[], those: string[]): string[] {
  return these.filter((value) => !those.includes(value));
}
