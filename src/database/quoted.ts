// Names in SQL: as they are where PostgreSQL reads them so, in quotes where it would read something else.

/** The words that mean something else where a column stands (PostgreSQL 14 to 18, appendix C: reserved, also as functions or types). */
export const keywords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate collation
  column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full
  grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
  localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right
  select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using
  variadic verbose when where window with`.split(/\s+/),
);

/** A name as SQL wants it. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !keywords.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Finds a column wherever SQL speaks of it, in quotes or not; what only contains its name is something else. */
export function columnPattern(name: string): RegExp {
  const [plain = '', inQuotes] = [name, name.replaceAll('"', '""')].map((one) =>
    one.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  return new RegExp(`(?<![\\p{L}\\p{N}_'"])(?:${plain}|"${inQuotes}")(?![\\p{L}\\p{N}_'"])`, 'gu');
}
