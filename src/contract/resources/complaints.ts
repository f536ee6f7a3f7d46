// What of a resource cannot be made although its form is known: columns that no index holds, rows that nobody may write.
import { constraintName, isCutOff, longestName, ownerReference } from '../../database/constraint-names.ts';
import { columnsUsed, type Listing, type Use } from '../listing.ts';
import type { Parameter } from '../parameters.ts';
import type { JsonPath } from '../pointer.ts';
import { longestKey } from './fields.ts';
import type { Complaint, Complaints, Field, Frame, Resource, ResourceOperation } from './types.ts';

/** What is wrong with the columns that mean something to the database, now that all are known. */
export function misplaced(frame: Frame, fields: Field[]): Complaint | undefined {
  const { schema, owner, parent, at } = frame.named;
  const long = fields.find((one) => (one.unique || one.index) && isLong(one));
  if (long !== undefined)
    return { at: long.at, message: `it may be longer than ${longestKey} characters, too long for an index` };
  const cut = cutOff(frame.named, fields);
  if (cut !== undefined) return cut;
  const odd = fields.find(({ references, type }) => references !== undefined && type !== 'bigint');
  if (odd !== undefined) return { at: odd.at, message: 'it refers to a row, and is no integer' };
  if (parent === undefined) return undefined;
  const field = fields.find(({ name }) => name === parent.column);
  if (owner === 'nobody') return { at, message: `${schema} has no user_id, and what it is part of has an owner` };
  if (field === undefined)
    return { at: frame.schemaAt, message: `${schema} has no property ${parent.column}, which its path has` };
  return field.type === 'bigint' && !field.nullable
    ? undefined
    : { at: field.at, message: 'it is not the id of a row' };
}

/** A name that PostgreSQL would not read to its end: what a constraint refuses is known by its name. */
function cutOff({ owner, parent, at, table }: Frame['named'], fields: Field[]): Complaint | undefined {
  const message = 'its name is too long for the name of a constraint';
  if (isCutOff(owner === 'nobody' ? table : ownerReference(table))) return { at, message };
  const column = fields.find(({ name }) => isCutOff(name));
  if (column !== undefined)
    return { at: column.at, message: `its name is longer than the ${longestName} bytes that PostgreSQL reads` };
  const constraintsOf = ({ name, unique, references, values }: Field) => [
    ...(unique ? [constraintName('unique', table, name)] : []),
    ...(references !== undefined || name === parent?.column ? [constraintName('reference', table, name)] : []),
    ...(values !== undefined ? [constraintName('check', table, name)] : []),
  ];
  const constrained = fields.find((field) => constraintsOf(field).some(isCutOff));
  return constrained && { at: constrained.at, message };
}

interface Context {
  owner: Resource['owner'];
  fields: Field[];
  listing: Listing;
  /** Of the list. */
  parameters: Parameter[];
  complaints: Complaints;
  /** All that a row answers. */
  columns: string[];
}

/** Why an operation cannot be made, though its form is known. */
export function complaintOf({ role, at, toggles, query }: ResourceOperation, context: Context): Complaint | undefined {
  if (context.owner === 'nobody' && role !== 'list' && role !== 'read') {
    return { at, message: 'its rows belong to nobody: who may write them? Give the schema a user_id' };
  }
  if (role === 'create' || role === 'update') return context.complaints[role][0];
  if (
    role === 'toggle' &&
    !context.fields.some(({ name, type, nullable }) => name === toggles && type === 'boolean' && !nullable)
  ) {
    return { at, message: `x-toggle: ${toggles} is no boolean property` };
  }
  if (role !== 'list') return undefined;
  const missing = ['limit', 'offset', 'cursor', 'count'].filter((name) => !query.includes(name));
  if (missing.length > 0) return { at, message: `its pages need the parameters ${missing.join(', ')}` };
  return unlistable(at, context);
}

/** What a list sorts, filters or searches by that is no column, or one of a type that no index of that kind holds. */
function unlistable(list: JsonPath, { listing, parameters, fields, columns }: Context): Complaint | undefined {
  const field = ({ column }: Use) => fields.find(({ name }) => name === column);
  const complaint = ({ parameter }: Use, message: string) => {
    const asking = parameters.find(({ name, in: place }) => place === 'query' && name === parameter);
    return { at: asking?.at ?? list, message };
  };
  const { sorted, filtered, searched } = columnsUsed(listing);
  const stray = [...sorted, ...filtered, ...searched].find(({ column }) => !columns.includes(column));
  if (stray !== undefined)
    return complaint(stray, `it sorts, filters or searches by ${stray.column}, which is no property`);
  const other = searched.find((use) => !isText(field(use)));
  if (other !== undefined) return complaint(other, `it searches by ${other.column}, which is no text`);
  const long = [...sorted, ...filtered].find((use) => isLong(field(use)));
  if (long !== undefined)
    return complaint(long, `${long.column} may be longer than ${longestKey} characters, too long for an index`);
  const missing = sorted.find((use) => field(use)?.nullable && !hasEnd(field(use)));
  if (missing === undefined) return undefined;
  return complaint(missing, `${missing.column} may be null, and no value of its type is last to stand for that`);
}

function hasEnd(field: Field | undefined): boolean {
  return field !== undefined && ['timestamptz(3)', 'bigint', 'double precision'].includes(field.type);
}

function isText(field: Field | undefined): boolean {
  return field?.type === 'varchar' || field?.type === 'text';
}

/** Whether a column is too long for the key of an index. */
function isLong(field: Field | undefined): boolean {
  if (field === undefined || field.values !== undefined) return false;
  return field.type === 'text' || (field.type === 'varchar' && (field.length ?? longestKey + 1) > longestKey);
}
