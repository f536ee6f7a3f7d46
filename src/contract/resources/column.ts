// The column that holds the values of a schema, or why there is none; and those that every table has.
import { isUnbounded, type Shape } from '../shape.ts';

/** PostgreSQL's types, as many as are used. */
export type ColumnType = 'varchar' | 'text' | 'bigint' | 'double precision' | 'boolean' | 'timestamptz(3)';

export interface Storage {
  type: ColumnType;
  /** Of a `varchar`. */
  length: number | undefined;
}

/** Columns that every table has, whatever its schema says of them. */
export const serverColumns: readonly string[] = ['id', 'user_id', 'created_at', 'updated_at', 'version'];

/** PostgreSQL has no `varchar` for more. */
const longestVarchar = 10_485_760;

/** The column of a shape, or why there is none. */
export function columnOf({ types, union, format, maxLength, values }: Shape): Storage | string {
  if (union) return 'it is one of several schemas (oneOf, anyOf), and a column has one type';
  const [type, ...others] = types;
  if (type === undefined) return 'it has no type, and a column has one';
  if (others.length > 0) return `it is ${types.join(' or ')}, and a column has one type`;
  if (type === 'integer') return { type: 'bigint', length: undefined };
  if (type === 'number') return { type: 'double precision', length: undefined };
  if (type === 'boolean') return { type: 'boolean', length: undefined };
  if (type !== 'string') return `it is ${type}, which is no column`;
  if (format === 'date-time') return { type: 'timestamptz(3)', length: undefined };
  if (values !== undefined) return { type: 'varchar', length: maxLength };
  const isText = maxLength === undefined || maxLength > longestVarchar;
  return isText ? { type: 'text', length: undefined } : { type: 'varchar', length: maxLength };
}

/** Why a value that may be sent could not be stored; undefined when each can. */
export function misfitOf(
  sent: Shape,
  stored: Shape,
  { type, length, nullable }: Storage & { nullable: boolean },
): string | undefined {
  if (sent.nullable && !nullable) return 'it may be null, and the schema that is read says it is not';
  if (sent.union || sent.types.some((name) => !stored.types.includes(name)))
    return 'its type is not the one that is read';
  const isIn = (value: unknown) => stored.values?.includes(value) === true;
  if (stored.values !== undefined && !(sent.values?.every(isIn) ?? false))
    return 'it has values that the schema that is read has not';
  if (length !== undefined && sent.values === undefined && (sent.maxLength ?? Number.POSITIVE_INFINITY) > length) {
    return `it may be longer than the ${length} characters that are read`;
  }
  if (type === 'bigint' && isUnbounded(sent)) {
    return `it needs a minimum and a maximum within ±${Number.MAX_SAFE_INTEGER}, which is what JSON can say exactly`;
  }
  return undefined;
}
