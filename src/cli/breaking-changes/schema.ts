// Compares two schemas to the bottom, and says of each break where in the value it is.
import { breaksOf, type Change, type Direction } from './schema-rules.ts';
import {
  propertiesOf,
  type Resolve,
  type SubSchema,
  subSchemaOf,
  typesOf,
  type Variant,
  valuesAt,
  variantsOf,
} from './variants.ts';

interface Comparison {
  direction: Direction;
  resolve: Change<Resolve>;
  /** Such as `PUT /api/{user_id}/tasks/{id}: request body`. */
  place: string;
}

export function compareSchemas(comparison: Comparison, change: Change<SubSchema>): string[] {
  return new Walk(comparison).schemas(change, '');
}

class Walk {
  readonly #comparison: Comparison;
  /** The pairs that are being compared: meeting one again inside itself says nothing new. */
  readonly #open = new Set<string>();

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  schemas(change: Change<SubSchema>, pointer: string): string[] {
    const { direction, resolve } = this.#comparison;
    const before = variantsOf(change.before, resolve.before);
    const after = variantsOf(change.after, resolve.after);
    const [single, other] = [before[0], after[0]];
    if (single && other && before.length + after.length === 2) {
      return this.#variants({ before: single, after: other }, pointer);
    }
    const fits = (pair: Change<Variant>) => this.#variants(pair, pointer).length === 0;
    if (direction === 'request') {
      const refused = before.filter((old) => !after.some((now) => fits({ before: old, after: now })));
      return refused.map((old) => this.#at(pointer, `variant ${before.indexOf(old) + 1} is no longer accepted`));
    }
    const added = after.filter((now) => !before.some((old) => fits({ before: old, after: now })));
    return added.map((now) => this.#at(pointer, `variant ${after.indexOf(now) + 1} is new or wider`));
  }

  #variants(change: Change<Variant>, pointer: string): string[] {
    const pair = `${identify(change.before)} ${identify(change.after)}`;
    if (this.#open.has(pair)) return [];
    this.#open.add(pair);
    const { direction } = this.#comparison;
    const findings = breaksOf(change, direction).map((message) => this.#at(pointer, message));
    // Where no type is left in common there is nothing below to compare.
    if (typesOf(change.before).some((type) => typesOf(change.after).includes(type))) {
      findings.push(...this.#properties(change, pointer));
      findings.push(...this.#furtherProperties(change, pointer));
      findings.push(...this.#items(change, pointer));
    }
    this.#open.delete(pair);
    return findings;
  }

  #properties(change: Change<Variant>, pointer: string): string[] {
    const { direction, resolve } = this.#comparison;
    const before = seenProperties(change.before, direction, resolve.before);
    const after = seenProperties(change.after, direction, resolve.after);
    const kept = [...before].flatMap(([name, old]) => {
      const now = after.get(name);
      const place = `${pointer}/${name}`;
      return now === undefined ? [this.#at(place, 'removed')] : this.schemas({ before: old, after: now }, place);
    });
    const undescribed = (name: string) => !before.has(name) && !propertiesOf(change.after).has(name);
    return [...kept, ...this.#presence(change, (name) => after.has(name) || undescribed(name), pointer)];
  }

  /** A request must not have to hold more than before, an answer must not hold less. */
  #presence(change: Change<Variant>, exists: (name: string) => boolean, pointer: string): string[] {
    const [before, after] = [requiredOf(change.before), requiredOf(change.after)];
    const [names, message] =
      this.#comparison.direction === 'request'
        ? [[...after].filter((name) => !before.has(name)), 'newly required']
        : [[...before].filter((name) => !after.has(name)), 'may now be absent'];
    return names.filter(exists).map((name) => this.#at(`${pointer}/${name}`, message));
  }

  #furtherProperties(change: Change<Variant>, pointer: string): string[] {
    const before = subSchemaOf(change.before, 'additionalProperties');
    const after = subSchemaOf(change.after, 'additionalProperties');
    const place = `${pointer}/*`;
    if (isClosed(after)) {
      // An open answer may be closed: nobody could count on what was not described.
      const described = this.#comparison.direction === 'request' ? !isClosed(before) : isMap(before);
      return described ? [this.#at(place, 'further properties are no longer allowed')] : [];
    }
    if (isClosed(before)) return [];
    return isMap(before) || isMap(after) ? this.schemas({ before: before ?? true, after: after ?? true }, place) : [];
  }

  #items(change: Change<Variant>, pointer: string): string[] {
    const [before, after] = [subSchemaOf(change.before, 'items'), subSchemaOf(change.after, 'items')];
    const [first, firstNow] = [tupleOf(change.before), tupleOf(change.after)];
    const length = Math.max(first.length, firstNow.length);
    const places = Array.from({ length }, (_, index) => ({
      step: String(index),
      before: first[index] ?? before ?? true,
      after: firstNow[index] ?? after ?? true,
    }));
    if (before !== undefined || after !== undefined) {
      places.push({ step: '*', before: before ?? true, after: after ?? true });
    }
    return places.flatMap(({ step, ...items }) => this.schemas(items, `${pointer}/${step}`));
  }

  #at(pointer: string, message: string): string {
    return `${this.#comparison.place}${pointer && ` ${pointer}`}: ${message}`;
  }
}

/** A client never sends a `readOnly` property, and never receives a `writeOnly` one. */
function seenProperties(variant: Variant, direction: Direction, resolve: Resolve): Map<string, SubSchema> {
  const hidden = direction === 'request' ? 'readOnly' : 'writeOnly';
  const isHidden = (schema: SubSchema) => variantsOf(schema, resolve).some((s) => valuesAt(s, hidden).includes(true));
  return new Map([...propertiesOf(variant)].filter(([, schema]) => !isHidden(schema)));
}

function requiredOf(variant: Variant): Set<string> {
  return new Set(variant.schemas.flatMap((schema) => schema.required ?? []));
}

function tupleOf(variant: Variant): SubSchema[] {
  return variant.schemas.find(({ prefixItems }) => prefixItems !== undefined)?.prefixItems ?? [];
}

function isClosed(further: SubSchema | undefined): boolean {
  return further === false;
}

function isMap(further: SubSchema | undefined): boolean {
  return typeof further === 'object' && Object.keys(further).length > 0;
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** The same text for the same subschemas of a contract: a variant is made anew each time. */
function identify({ schemas, orNull }: Variant): string {
  const ids = schemas.map((schema) => {
    if (!numbers.has(schema)) numbers.set(schema, ++count);
    return numbers.get(schema);
  });
  return `${ids.join('+')}${orNull ? '?' : ''}`;
}
