// Searches rows for a text, wherever it stands in their columns.
import type { Model, QueryBuilder } from 'objection';

/** The pattern of texts that contain `text`, in which `%`, `_` and `\` mean themselves. */
export function patternOf(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Matches rows in which one of the columns matches the pattern, in any letter case. */
export function contains(rows: QueryBuilder<Model>, columns: string[], pattern: string): void {
  rows.where((any) => {
    for (const column of columns) any.orWhere(column, 'ilike', pattern);
  });
}
