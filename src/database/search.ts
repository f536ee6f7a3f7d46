// Searches rows for a text, wherever it stands in their columns.
import type { Model, QueryBuilder } from 'objection';

/** Matches rows in which one of the columns contains `text`, in any letter case; `%`, `_` and `\` mean themselves. */
export function contains(rows: QueryBuilder<Model>, columns: string[], text: string): void {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  rows.where((any) => {
    for (const column of columns) any.orWhere(column, 'ilike', pattern);
  });
}
