// The `date-time` format as Deed means it: RFC 3339, a day that exists, in the years 0001 to 9999 of UTC.

const shape = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const earliest = Date.parse('0001-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Whether `text` is a moment that PostgreSQL stores and answers as it was meant. Leap seconds are not (RFC 3339,
 * section 5.7, leaves them to the application), nor is 30 February, which `Date.parse` takes for 2 March.
 */
export function isDateTime(text: string): boolean {
  const [, year, month, day] = shape.exec(text) ?? [];
  if (year === undefined) return false;
  const moment = Date.parse(text);
  const midnight = new Date(`${year}-${month}-01T00:00:00Z`);
  midnight.setUTCDate(Number(day));
  return moment >= earliest && moment <= latest && midnight.getUTCMonth() + 1 === Number(month);
}

/** The same moment in UTC with milliseconds, what is finer cut off: `2026-03-01T09:00:00.000Z`. */
export function toUtc(text: string): string {
  return new Date(text).toISOString();
}
