// What constraints are called: after their table and column, so that a refusal says which column it is about.
import { createHash } from 'node:crypto';

/** PostgreSQL cuts off what is longer, in bytes. */
export const longestName = 63;

const endings = { reference: '_fkey', unique: '_key', check: '_check' };

type ConstraintKind = keyof typeof endings;

/** `notes_title_key` */
export function constraintName(kind: ConstraintKind, table: string, column: string): string {
  return `${table}_${column}${endings[kind]}`;
}

/** Which of the columns a constraint is named after; undefined: it has another name. That of a partition ends in the same way. */
export function columnOfConstraint(kind: ConstraintKind, name: string, columns: string[]): string | undefined {
  const [longest] = columns
    .filter((column) => name.endsWith(`_${column}${endings[kind]}`))
    .sort((one, other) => other.length - one.length);
  return longest;
}

/** The reference of a table's rows to their owner. */
export function ownerReference(table: string): string {
  return constraintName('reference', table, 'owner');
}

/** Whether a constraint is the reference of some table's rows to their owner. */
export function isOwnerReference(name: string): boolean {
  return name.endsWith(ownerReference(''));
}

/** The key by which other tables refer to the rows of an owner. */
export function ownerKey(table: string): string {
  return constraintName('unique', table, 'owner_id');
}

/** Whether PostgreSQL would read another name than this one. */
export function isCutOff(name: string): boolean {
  return Buffer.byteLength(name) > longestName;
}

/** What is called after something else: `notes_by_title_next`. Of a name that is too long for that a checksum tells it from others. */
export function derivedName(name: string, ending: string): string {
  const plain = `${name}${ending}`;
  if (!isCutOff(plain)) return plain;
  const end = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}${ending}`;
  const start = Buffer.from(name).subarray(0, longestName - end.length);
  return `${new TextDecoder().decode(start, { stream: true })}${end}`; // a stream ends with its last whole character
}
