// The `date-time` format as Deed means it: RFC 3339, a day that exists, in the years 0001 to 9999 of UTC.

const shape = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
/** A moment of UTC on a day that every month has, as nearly all are: about these there is nothing to reckon. */
const plain = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;
const earliest = Date.parse('0001-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');
const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Whether `text` is a moment that PostgreSQL stores and answers as it was meant. Leap seconds are not (RFC 3339,
 * section 5.7, leaves them to the application), nor is 30 February, which `Date.parse` takes for 2 March. It is asked for
 * every moment of every list, so the calendar is reckoned here, without a `Date`.
 */
export function isDateTime(text: string): boolean {
  if (plain.test(text)) return true;
  const parts = shape.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (day < 1 || day > (days[month - 1] ?? 0) || (month === 2 && day === 29 && !isLeap(year))) return false;
  if (Number(parts[4]) > 23 || Number(parts[5]) > 59 || Number(parts[6]) > 59) return false;
  if (parts[7] === 'Z' && year > 0) return true;
  const moment = Date.parse(text);
  return moment >= earliest && moment <= latest;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The same moment in UTC with milliseconds, what is finer cut off: `2026-03-01T09:00:00.000Z`. */
export function toUtc(text: string): string {
  return new Date(text).toISOString();
}
