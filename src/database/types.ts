// How PostgreSQL's values become JSON's, the same for both drivers.

/** The type OIDs of PostgreSQL (`select oid, typname from pg_type`) that are not read as the drivers would. */
export const parsers: Record<number, (text: string) => unknown> = {
  20: Number, // int8: ids end at 2^53 - 1, counts long before
  1184: timestamp, // timestamptz: a Date would only be printed again
};

/** `2026-03-01 09:00:00.5+00` becomes `2026-03-01T09:00:00.500Z`. */
function timestamp(text: string): string {
  if (!text.endsWith('+00')) return new Date(text).toISOString(); // the session is not in UTC
  const [seconds = '', fraction = ''] = text.slice(0, -3).split('.');
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(3, '0')}Z`;
}
