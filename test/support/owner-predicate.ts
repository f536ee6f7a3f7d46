// Reads SQL as it was sent and says which statement reaches an owned table without being bound to the owner.
import type { Knex } from 'knex';
import type { Statement } from './api.ts';

/** The tables whose rows belong to users, and the column that says to whom: what the foreign keys to `users` say. */
export async function ownedTables(db: Knex): Promise<Map<string, string>> {
  const { rows } = await db.raw(`
    select (select relname from pg_class where oid = conrelid) as table, attname as column
    from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and confrelid = 'users'::regclass and conparentid = 0 -- partitions have it from their table
  `);
  return new Map(rows.map((row: { table: string; column: string }) => [row.table, row.column]));
}

/** The statements that requests sent: what the server deletes by itself now and then (`src/database/retention.ts`) is of none. */
export function ofRequests(statements: Statement[]): Statement[] {
  return statements.filter(({ sql }) => !sql.includes('as deleted from gone'));
}

/** What is wrong with a statement that was sent for `owner`; undefined when nothing is. */
export function unbound({ sql, bindings }: Statement, owner: string, tables: Map<string, string>): string | undefined {
  for (const part of parts(sql.replace(/"?public"?\./gi, ''))) {
    const sources = sourcesOf(part);
    for (const { table, name } of sources) {
      const column = tables.get(table);
      if (column === undefined) continue;
      const isOwner = (placeholder: string) => bindings[Number(placeholder.slice(1)) - 1] === owner;
      const bound = /^insert/i.test(part)
        ? insertsFor(part, column, isOwner)
        : selectsFor(part, { column, name, isAlone: sources.length === 1 }, isOwner);
      if (!bound) return `${table} is reached without ${column} = ${owner}: ${sql}`;
    }
  }
  return undefined;
}

/** A table that a statement reads or changes, and what it is called there. */
interface Source {
  table: string;
  name: string;
}

const ends = /\b(?:where|set|values|group by|order by|limit|offset|returning|for|on conflict|from|using)\b/i;

/** All tables of a statement: after `from`, `using`, `update` and `into`, a comma or a `join`. */
function sourcesOf(part: string): Source[] {
  const clauses = part.split(/\b(?:from|using|update|into)\b/i).slice(1);
  return clauses
    .flatMap((clause) => (clause.split(ends)[0] ?? '').split(/,|\bjoin\b/i))
    .flatMap((source) => {
      const [, table, name] =
        /^\s*(?:only\s+|lateral\s+)*"?(\w+)"?(?:\s+(?:as\s+)?"?(?!on\b)(\w+)"?)?/i.exec(source) ?? [];
      return table === undefined ? [] : [{ table, name: name ?? table }];
    });
}

/** A statement and its subqueries, each with `()` in place of what stands in parentheses. Lists of values stay. */
function parts(sql: string): string[] {
  const subqueries: string[] = [];
  let outer = sql.trim();
  for (let before = ''; before !== outer; ) {
    before = outer;
    outer = outer.replace(/\(([^()]*)\)/g, (_whole, inner: string) => {
      if (/^\s*(select|insert|update|delete|with)\b/i.test(inner)) subqueries.push(inner.trim());
      else if (/^[\s\w".,$]*$/.test(inner) && !/\b(and|or)\b/i.test(inner)) return `[${inner}]`;
      return '[]';
    });
  }
  return [outer, ...subqueries];
}

function insertsFor(part: string, column: string, isOwner: (placeholder: string) => boolean): boolean {
  const [, columns = '', values = ''] =
    /^insert into "?\w+"? \[([^\]]*)\] values (.*?)( on conflict| returning|$)/i.exec(part) ?? [];
  const index = columns.split(',').findIndex((name) => name.trim().replaceAll('"', '') === column);
  const rows = [...values.matchAll(/\[([^\]]*)\]/g)].map(([, row = '']) => row.split(',')[index]?.trim() ?? '');
  return index >= 0 && rows.length > 0 && rows.every(isOwner);
}

function selectsFor(
  part: string,
  { column, name, isAlone }: { column: string; name: string; isAlone: boolean },
  isOwner: (placeholder: string) => boolean,
): boolean {
  const [, where = ''] =
    /\bwhere\b(.*?)(\border by\b|\bgroup by\b|\blimit\b|\boffset\b|\breturning\b|\bfor\b|$)/is.exec(part) ?? [];
  if (/\bor\b/i.test(where)) return false;
  // Beside another table, it must be said whose column is meant.
  const predicate = new RegExp(`^(?:"?${name}"?\\.)${isAlone ? '?' : ''}"?${column}"? = (\\$\\d+)$`);
  return where.split(/\band\b/i).some((condition) => {
    const placeholder = predicate.exec(condition.trim())?.[1];
    return placeholder !== undefined && isOwner(placeholder);
  });
}
