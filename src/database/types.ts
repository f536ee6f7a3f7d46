// How PostgreSQL's values become JSON's, the same for both drivers.

/** The type OIDs of PostgreSQL (`select oid, typname from pg_type`) that are not read as the drivers would. */
export const parsers: Record<number, (text: string) => unknown> = {
  20: Number, // int8: ids end at 2^53 - 1, counts long before
  1184: timestamp, // timestamptz: a Date would only be printed again
};

/** `2026-03-01 09:00:00.5+00` becomes `2026-03-01T09:00:00.500Z`. */
function timestamp(text: string): string {
  if (!text.endsWith('+00')) return fromLocal(text);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`;
}

const local = /^(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

type Six = [number, number, number, number, number, number];

/**
 * A moment as PostgreSQL writes it in a session that is not in UTC. Until about 1900 an offset has seconds, and near the ends
 * of the calendar the local year is 0 (1 BC) or 10000: more than `Date.parse` reads.
 */
function fromLocal(text: string): string {
  const [, ...parts] = local.exec(text) as RegExpExecArray; // all that PostgreSQL writes in DateStyle ISO
  const [year, month, day, hours, minutes, seconds] = parts.slice(0, 6).map(Number) as Six;
  const [fraction = '', sign, ...offset] = parts.slice(6, 11);
  const [h, m, s] = offset.map((part) => Number(part ?? 0)) as [number, number, number];
  const moment = new Date(0);
  moment.setUTCFullYear(parts[11] === undefined ? year : 1 - year, month - 1, day);
  moment.setUTCHours(hours, minutes, seconds, Number(fraction.padEnd(3, '0')));
  const ahead = (sign === '-' ? -1 : 1) * (h * 3600 + m * 60 + s) * 1000;
  return new Date(moment.getTime() - ahead).toISOString();
}
