// The rows of a page as PostgreSQL writes them, a line of JSON each: they go to the caller as they are.
import type { Column } from '../contract/contract.ts';
import { JsonText } from '../contract/json-text.ts';
import { quoted } from './quoted.ts';

/** What `asLines` selects. */
export interface Lines {
  lines: string;
  number: number;
}

/** Within a text of JSON the end of a line is escaped. */
const between = ',\n';

/**
 * Selects the rows of a subquery, `limit` at most, as lines, in its order: what has a limit is not merged into what is around it, and
 * nothing around it runs in parallel. To take rows apart, field by field, would cost several times what all else does. Moments
 * are written as everywhere, see `types.ts`.
 */
export function asLines(columns: Record<string, Column>): string {
  const values = Object.entries(columns).map(([name, { dateTime }]) =>
    dateTime ? `to_char(${quoted(name)} at time zone 'UTC', '${isoFormat}') as ${quoted(name)}` : quoted(name),
  );
  const rows = `select ${values.join(', ')} from ? as page limit ?`;
  // No column is called so: its name would mean the column, and not the row.
  const lines = `coalesce(string_agg(row_to_json("a row")::text, E'${between}'), '')`;
  return `select ${lines} as lines, count(*) as number from (${rows}) as "a row"`;
}

/** PostgreSQL's name for `2026-03-01T09:00:00.000Z`. */
const isoFormat = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

/** The first `limit` rows, and the last of them where others follow. */
export function cut<Row>({ lines, number }: Lines, limit: number): { rows: JsonText<Row[]>; last: Row | undefined } {
  if (number <= limit) return { rows: new JsonText(`[${lines}]`), last: undefined };
  const shown = lines.slice(0, lines.lastIndexOf(between));
  return { rows: new JsonText(`[${shown}]`), last: JSON.parse(shown.slice(shown.lastIndexOf('\n') + 1)) };
}
