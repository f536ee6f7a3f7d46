// Names that a new resource cannot give to what is its own, because something else has them already.

/** The parameters of lists, and `created`, which every list can be sorted by. */
export const reservedParameters = new Set(['limit', 'offset', 'cursor', 'count', 'sort', 'order', 'created', 'q']);

/** What has a class in JavaScript, or in TypeScript a type that handlers are written with: a model of that name would hide it. */
export const reservedResources = new Set(
  `array array_buffer boolean date error function infinity intl iterator json map math number object partial promise proxy reflect
  set string symbol operations`.split(/\s+/),
);

/** PostgreSQL 14 to 18, appendix C: the words that are no column name without quotes. And one that is no name in JavaScript. */
export const reservedKeywords = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
  full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
  localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right
  select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using
  variadic verbose when where window with constructor`.split(/\s+/),
);
