// The columns that the properties of a read schema ask for, and what of them no column can hold.
import { type JsonPath, pointerOf } from '../pointer.ts';
import { dividedIn, propertiesOf, requiredOf } from '../properties.ts';
import { shapeOf } from '../shape.ts';
import { leftOut, openBody, refusals, wordsAt } from './bodies.ts';
import { columnOf, serverColumns } from './column.ts';
import type { Complaint, Complaints, Field, Schemas } from './types.ts';

/** A key of a B-tree is at most 2,704 bytes: this many characters of 4 bytes, with an owner of 255 and an id. */
export const longestKey = 400;

/** The fields of a resource. `given`: columns that the path sets. */
export function fieldsOf(
  document: object,
  schemas: Schemas,
  given: string[],
): { fields: Field[]; columns: string[]; complaints: Complaints } {
  const read = propertiesOf(document, schemas.read);
  const ofRows = [...misnamed(document, schemas.read, read), ...divided(document, schemas.read)];
  const complaints: Complaints = { read: ofRows, create: [], update: [] };
  const created = schemas.create && propertiesOf(document, schemas.create);
  const updated = schemas.update && propertiesOf(document, schemas.update);
  const required = schemas.create === undefined ? [] : requiredOf(document, schemas.create);
  const fields = [...read].flatMap(([name, at]): Field[] => {
    if (serverColumns.includes(name)) return [];
    const sent = { input: created?.get(name), required: required.includes(name), updated: updated?.has(name) === true };
    const field = fieldOf(document, name, at, sent);
    if (typeof field !== 'string') return [field];
    complaints.read.push({ at, message: field });
    return [];
  });
  complaints.read.push(...wrongNames(fields));
  complaints.create.push(...refusals(document, created, fields, { given, changes: false }));
  complaints.create.push(...leftOut(document, schemas.create, fields, given), ...openBody(document, schemas.create));
  complaints.update.push(...refusals(document, updated, fields, { given, changes: true }));
  complaints.update.push(...openBody(document, schemas.update));
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

/** What no column can be made of, since it is said in pieces. */
function divided(document: object, read: JsonPath): Complaint[] {
  return dividedIn(document, read).map(({ name, at, other }) => ({
    at,
    message: `${pointerOf(other)} says something else of ${name}, and a column comes from one place: say all of it there`,
  }));
}

/** What the fields say of their names, and cannot be so. */
function wrongNames(fields: Field[]): Complaint[] {
  return fields.flatMap(({ name, at, references, renamedFrom }) => {
    if (/[.?]| as |^\*$/i.test(name))
      return [{ at, message: 'Knex takes a name with . or ?, with the word as, and * alone for more than a name' }];
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

interface Sent {
  /** Where the body that creates a row has it. */
  input: JsonPath | undefined;
  required: boolean;
  updated: boolean;
}

/** The field of a property, or why no column can hold it. */
function fieldOf(document: object, name: string, at: JsonPath, { input, required, updated }: Sent): Field | string {
  const shape = shapeOf(document, at);
  const column = columnOf(shape);
  if (typeof column === 'string') return column;
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
    updated,
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
