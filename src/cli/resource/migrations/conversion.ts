// How the values of a column become those of a column of another kind, and whether something of them is lost.
import { quoted } from '../../../database/quoted.ts';
import { type Column, text } from './table.ts';

export interface Conversion {
  /** What has to be allowed for it: that values are cut or replaced, or that those go which the new type cannot hold. */
  loss: 'narrow' | 'convert' | undefined;
  /** An expression over the old column; undefined: the values stay as they are. */
  value: string | undefined;
  /** Whether that is null for some values. */
  partial: boolean;
}

/** What becomes of the values of column `name`. */
export function conversionOf(name: string, from: Column, to: Column): Conversion {
  const typed = typeConversion(name, from, to);
  const fewer =
    to.values !== undefined && !(from.values ?? [undefined]).every((one) => to.values?.includes(String(one)));
  if (!fewer) return typed;
  const value = typed.value ?? quoted(name);
  const kept = `case when ${value} in (${(to.values ?? []).map(text).join(', ')}) then ${value} end`;
  return { loss: typed.loss ?? 'narrow', value: kept, partial: true };
}

function typeConversion(name: string, from: Column, to: Column): Conversion {
  const unchanged: Conversion = { loss: undefined, value: undefined, partial: false };
  if (from.type === to.type) return unchanged;
  const [source, target] = [kindOf(from.type), kindOf(to.type)];
  if (target !== 'text') return conversions[`${source} ${target}`]?.(quoted(name)) ?? lossy(`null::${to.type}`);
  const value = asText[source](quoted(name));
  const room = lengthOf(to.type);
  if (room < longest(from)) return { loss: 'narrow', value: `left(${value}, ${room})`, partial: false };
  // PostgreSQL only takes note of a longer limit; no row is touched.
  if (source === 'text' && room >= lengthOf(from.type)) return unchanged;
  return lossless(value);
}

type Kind = 'text' | 'integer' | 'number' | 'boolean' | 'time';

const asText: Record<Kind, (name: string) => string> = {
  text: (name) => name,
  integer: (name) => `${name}::text`,
  number: (name) => `${name}::text`,
  boolean: (name) => `${name}::text`,
  time: (name) => `to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
};

const conversions: Partial<Record<`${Kind} ${Kind}`, (name: string) => Conversion>> = {
  'integer number': (name) => lossless(`${name}::double precision`),
  'boolean integer': (name) => lossless(`${name}::integer`),
  'number integer': (name) =>
    lossy(`case when abs(${name}) <= ${Number.MAX_SAFE_INTEGER} then round(${name})::bigint end`),
  'integer boolean': (name) => lossy(`${name} <> 0`),
  'text integer': (name) => lossy(`case when ${name} ~ '^-?[0-9]{1,15}$' then ${name}::bigint end`),
  'text number': (name) =>
    lossy(
      `case when ${name} ~ '^-?[0-9]{1,15}(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?$' then ${name}::double precision end`,
    ),
  'text boolean': (name) => lossy(`case ${name} when 'true' then true when 'false' then false end`),
  'text time': (name) =>
    // What is finer than a millisecond is cut off: rounded, the last moment of 9999 would be one of 10000.
    lossy(
      `case when ${name} ~ '${rfc3339}' then regexp_replace(${name}, '(\\.[0-9]{3})[0-9]+', '\\1')::timestamptz(3) end`,
    ),
};

function lossless(value: string): Conversion {
  return { loss: undefined, value, partial: false };
}

function lossy(value: string): Conversion {
  return { loss: 'convert', value, partial: true };
}

/**
 * The moments of RFC 3339 that PostgreSQL can read: not 30 February, nor the year 0, nor 16 hours and more from UTC; and of the first
 * and last day that Deed can say (`date-time.ts`) only those in UTC. In some databases `\d` is a digit of any script.
 */
const rfc3339 = [
  '^(?!0000|(0001-01-01|9999-12-31)T.*[+-])',
  '([0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)',
  '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)',
  'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-5]):[0-5][0-9])$',
].join('');

export function kindOf(type: string): Kind {
  if (type === 'text' || type.startsWith('varchar')) return 'text';
  if (type.startsWith('timestamptz')) return 'time';
  return type === 'boolean' ? 'boolean' : type.startsWith('bigint') ? 'integer' : 'number';
}

/** How many characters fit. */
export function lengthOf(type: string): number {
  const [, length] = /^varchar\((\d+)\)$/.exec(type) ?? [];
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length);
}

/** The longest text that the values of a column can be: of its values if they are listed, of its type otherwise. */
function longest({ type, values }: Column): number {
  if (values !== undefined) return Math.max(...values.map((value) => [...value].length));
  return kindOf(type) === 'text' ? lengthOf(type) : 24;
}

/** Something to stand where nothing is known any more. */
export function anyValue({ type, values, default: fallback }: Column): string {
  if (fallback !== undefined) return fallback;
  if (values?.[0] !== undefined) return text(values[0]);
  return { text: `''`, integer: '0', number: '0', boolean: 'false', time: `'1970-01-01T00:00:00Z'` }[kindOf(type)];
}
