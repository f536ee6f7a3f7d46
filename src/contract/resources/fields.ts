// The columns that the properties of a read schema ask for, and what of them no column can hold.

import type { Schema } from '../document.ts';
import { locate, nodeAt } from '../located.ts';
import type { JsonPath } from '../pointer.ts';
import { propertiesOf, requiredOf } from '../properties.ts';
import { type Shape, shapeOf } from '../shape.ts';
import { columnOf, misfitOf, type Storage } from './column.ts';

export interface Field extends Storage {
  name: string;
  /** Where the property stands in the contract. */
  at: JsonPath;
  nullable: boolean;
  /** What a row has that was created without it. */
  default: string | number | boolean | undefined;
  /** `enum`: what a `varchar` can be. */
  values: string[] | undefined;
  unique: boolean;
  index: boolean;
  /** The schema of the resource whose row it names. */
  references: string | undefined;
  renamedFrom: string | undefined;
  /** What a new row may be given; undefined when nothing is. */
  sent: Shape | undefined;
  /** Whether a new row must be given it. */
  required: boolean;
  updated: boolean;
}

/** Something that cannot be made, and where the contract asks for it. */
export interface Complaint {
  at: JsonPath;
  message: string;
}

/** The schemas of a resource by what they are for; those that it does not have are undefined. */
interface Schemas {
  read: JsonPath;
  create: JsonPath | undefined;
  update: JsonPath | undefined;
}

/** Columns that every table has, whatever its schema says of them. */
export const serverColumns: readonly string[] = ['id', 'user_id', 'created_at', 'updated_at', 'version'];

/** A key of a B-tree is at most 2,704 bytes: this many characters of 4 bytes, with an owner of 255 and an id. */
export const longestKey = 400;

/** What is wrong with each schema of a resource. */
export type Complaints = Record<keyof Schemas, Complaint[]>;

/** The fields of a resource. `given`: columns that the path sets. */
export function fieldsOf(
  document: object,
  schemas: Schemas,
  given: string[],
): { fields: Field[]; columns: string[]; complaints: Complaints } {
  const read = propertiesOf(document, schemas.read);
  const complaints: Complaints = { read: misnamed(document, schemas.read, read), create: [], update: [] };
  const inputs = {
    create: schemas.create && propertiesOf(document, schemas.create),
    update: schemas.update && propertiesOf(document, schemas.update),
  };
  const required = schemas.create === undefined ? [] : requiredOf(document, schemas.create);
  const fields = [...read].flatMap(([name, at]): Field[] => {
    if (serverColumns.includes(name)) return [];
    const shape = shapeOf(document, at);
    const column = columnOf(shape);
    if (typeof column !== 'string') {
      const known = {
        shape,
        column,
        input: inputs.create?.get(name),
        changed: inputs.update?.has(name),
        required: required.includes(name),
      };
      return [fieldOf(document, name, at, known)];
    }
    complaints.read.push({ at, message: column });
    return [];
  });
  for (const what of ['create', 'update'] as const) {
    for (const [name, at] of inputs[what] ?? []) {
      const field = fields.find((one) => one.name === name);
      const message = refusalOf(document, field, { name, at, given, changes: what === 'update' });
      if (message !== undefined) complaints[what].push({ at, message });
    }
  }
  complaints.create.push(...leftOut(document, schemas.create, fields, given));
  complaints.read.push(...wrongNames(fields));
  return { fields, columns: [...read.keys()], complaints };
}

/** What a schema says of the columns that every table has, and they are not. */
function misnamed(document: object, schema: JsonPath, read: Map<string, JsonPath>): Complaint[] {
  const id = read.get('id');
  if (id === undefined || shapeOf(document, id).types[0] !== 'integer') {
    return [{ at: id ?? schema, message: 'it needs an id, an integer that the server gives' }];
  }
  const version = read.get('version');
  if (version === undefined) return [];
  return [{ at: version, message: 'the column version is what the ETag is made of: give the property another name' }];
}

/** What the fields say of their names, and cannot be so. */
function wrongNames(fields: Field[]): Complaint[] {
  return fields.flatMap(({ name, at, references, renamedFrom }) => {
    if (name in Object.prototype)
      return [
        { at, message: `every object in JavaScript has something called ${name}: give the property another name` },
      ];
    if (name === 'owner' && references !== undefined)
      return [{ at, message: 'what a row refers to cannot be called owner: the owner is the user' }];
    if (renamedFrom === undefined) return [];
    const other = fields.find((one) => one.name !== name && one.renamedFrom === renamedFrom);
    if (other !== undefined)
      return [{ at, message: `x-renamed-from: ${other.name} was called ${renamedFrom} as well` }];
    const later = fields.find((one) => one.name === renamedFrom && one.renamedFrom !== undefined);
    if (later === undefined) return [];
    return [
      {
        at,
        message: `x-renamed-from: ${renamedFrom} gets its own name in the same step; take two, one after the other`,
      },
    ];
  });
}

/** The fields that a new row could be without, though it must not. */
function leftOut(document: object, create: JsonPath | undefined, fields: Field[], given: string[]): Complaint[] {
  if (create === undefined) return [];
  const sent = new Set([...requiredOf(document, create), ...given]);
  const at = locate(document, create)?.at ?? create;
  return fields
    .filter(({ name, nullable, default: value }) => !sent.has(name) && !nullable && value === undefined)
    .map(({ name }) => ({
      at,
      message: `a row could be created without ${name}: make it required, nullable or give it a default`,
    }));
}

/** Why a property of a body cannot be stored; undefined when it can. */
function refusalOf(
  document: object,
  field: Field | undefined,
  { name, at, given, changes }: { name: string; at: JsonPath; given: string[]; changes: boolean },
) {
  if (serverColumns.includes(name)) return 'the server sets it: take it out of the body';
  if (given.includes(name)) return 'the path says it: take it out of the body';
  if (field === undefined) return 'the schema that is read does not have it';
  const [sent, read] = [wordsAt(document, at), wordsAt(document, field.at)];
  const stray = ofTheRow.find((word) => sent[word] !== undefined && read[word] === undefined);
  if (stray !== undefined) return `${stray} belongs to the schema that is read, where ${name} has none`;
  const shape = shapeOf(document, at);
  // The validator would fill it in.
  if (changes && shape.default !== undefined)
    return 'a change sets what is sent and nothing else: take the default out of its schema';
  return misfitOf(shape, shapeOf(document, field.at), field);
}

/** What is said of a row, and so in the schema that is read. */
const ofTheRow = ['x-unique', 'x-index', 'x-references', 'x-renamed-from'] as const;

/** What stands beside a reference goes before what it leads to. */
function wordsAt(document: object, at: JsonPath): Schema {
  return { ...locate<Schema>(document, at)?.value, ...nodeAt(document, at) } as Schema; // all optional
}

interface Known {
  shape: Shape;
  column: Storage;
  input: JsonPath | undefined;
  changed: boolean | undefined;
  required: boolean;
}

function fieldOf(
  document: object,
  name: string,
  at: JsonPath,
  { shape, column, input, changed, required }: Known,
): Field {
  const extensions = wordsAt(document, at);
  const value = (input && shapeOf(document, input).default) ?? shape.default;
  return {
    name,
    at,
    ...column,
    nullable: shape.nullable,
    default: isScalar(value) ? value : undefined,
    values: column.type === 'varchar' ? shape.values?.map(String) : undefined,
    unique: extensions['x-unique'] === true,
    index: extensions['x-index'] === true,
    references: extensions['x-references'],
    renamedFrom: extensions['x-renamed-from'],
    sent: input && shapeOf(document, input),
    required,
    updated: changed === true,
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
