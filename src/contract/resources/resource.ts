// Reads one resource from its paths: whose it is, what it is part of, what its rows hold; and which of its operations cannot be made.
import { type Document, unnamed } from '../document.ts';
import { readListing } from '../listing.ts';
import { parametersOf } from '../parameters.ts';
import type { JsonPath } from '../pointer.ts';
import { propertiesOf } from '../properties.ts';
import { complaintOf, misplaced } from './complaints.ts';
import type { Family } from './families.ts';
import { fieldsOf } from './fields.ts';
import { lastWord, tableNameOf, wrongClass, wrongTable } from './names.ts';
import type { DescribedOperation, KnownOperation, Role } from './roles.ts';
import type { Complaint, Frame, Resource, ResourceOperation, Unmade } from './types.ts';

interface Found {
  resource: Resource | undefined;
  unmade: Unmade[];
}

/** The resource of a family of paths. What none of its operations can do without is the complaint of all. */
export function readResource(document: Document, family: Family, families: Family[]): Found {
  const { collection } = family;
  const known = family.operations.filter((operation): operation is KnownOperation => operation.why === undefined);
  const unmade = family.operations.flatMap((operation) =>
    operation.why === undefined ? [] : unmadeOf([operation], collection, { at: operation.at, message: operation.why }),
  );
  const frame = frameOf(document, family, families, known);
  if ('message' in frame) return { resource: undefined, unmade: [...unmade, ...unmadeOf(known, collection, frame)] };

  const bodyOf = (role: Role) => known.find((operation) => operation.role === role)?.body;
  const schemas = { read: frame.schemaAt, create: bodyOf('create'), update: bodyOf('update') };
  const { owner, parent } = frame.named;
  const { fields, columns, complaints } = fieldsOf(document, schemas, parent === undefined ? [] : [parent.column]);
  const listed = known.find(({ role }) => role === 'list');
  const parameters = listed === undefined ? [] : parametersOf(document, listed.at);
  const listing = readListing(parameters);
  const whole = complaints.read[0] ?? misplaced(frame, fields);
  if (whole !== undefined) return { resource: undefined, unmade: [...unmade, ...waiting(known, collection, whole)] };

  const operations = known
    .map((operation) => asOperation(document, operation))
    .filter((operation) => {
      const complaint = complaintOf(operation, { owner, fields, columns, listing, parameters, complaints });
      if (complaint !== undefined) unmade.push(...unmadeOf([operation], collection, complaint));
      return complaint === undefined;
    });
  // An order that cannot be made needs no index.
  const isListed = operations.some(({ role }) => role === 'list');
  const resource = { ...frame.named, fields, columns, listing: isListed ? listing : readListing([]), operations };
  return { resource, unmade };
}

type Operations = { id: string; role?: Role | undefined; why?: string | undefined }[];

export function unmadeOf(operations: Operations, collection: string, complaint: Complaint): Unmade[] {
  const lists = operations.some(({ role }) => role === 'list');
  const writes = operations.some(({ role, why }) => why === undefined && (role === 'create' || role === 'update'));
  const ids = operations.map(({ id }) => id);
  const plural = lastWord(collection);
  return ids.length === 0 ? [] : [{ ...complaint, collection, plural, lists, writes, waits: false, operations: ids }];
}

/** The operations of a resource that its schema keeps from being made. */
export function waiting(operations: Operations, collection: string, complaint: Complaint): Unmade[] {
  return unmadeOf(operations, collection, complaint).map((one) => ({ ...one, waits: true }));
}

function frameOf(
  document: Document,
  family: Family,
  families: Family[],
  known: DescribedOperation[],
): Frame | Complaint {
  const { collection, item } = family;
  const at = known[0]?.at ?? [];
  if (/.\/$/.test(collection))
    return { at, message: `its path ends with a slash, and addresses have none: write ${collection.slice(0, -1)}` };
  if (item === undefined) return { at, message: `${collection} has no path for one item: write ${collection}/{id}` };
  const answer = known.find((operation) => operation.answer !== undefined)?.answer;
  if (answer === undefined) return { at, message: 'nothing says what an item is: no operation answers one' };
  const other = known.find((operation) => (operation.answer?.name ?? answer.name) !== answer.name);
  if (other !== undefined)
    return { at: other.at, message: `it answers ${other.answer?.name}, and the others ${answer.name}` };
  const open = known.find(({ secured }) => !secured);
  if (open !== undefined) return { at: open.at, message: 'it needs no token, and rows are for signed-in users' };
  const plural = lastWord(collection);
  const table = tableNameOf({ plural });
  const [noTable, noClass] = [wrongTable(table, plural), wrongClass(answer.name)];
  if (noTable !== undefined) return { at, message: noTable };
  if (noClass !== undefined) return { at: answer.at, message: noClass };
  const parent = parentOf(document, family, families);
  if (parent !== undefined && 'message' in parent) return { at, message: parent.message };
  const singular = answer.name.charAt(0).toLowerCase() + answer.name.slice(1);
  const place = { at: ['paths', collection in document.paths ? collection : item], collection, item };
  const idParameter = item.slice(item.lastIndexOf('{') + 1, -1);
  const owner = ownerOf(document, known, answer.at);
  const named = { schema: answer.name, singular, plural, table, ...place, idParameter, owner, parent };
  return { named, schemaAt: answer.at };
}

function ownerOf(document: Document, [first]: DescribedOperation[], schema: JsonPath): Resource['owner'] {
  const inPath =
    first !== undefined && parametersOf(document, first.at).some((parameter) => parameter['x-owner'] === true);
  if (inPath) return 'path';
  return propertiesOf(document, schema).has('user_id') ? 'token' : 'nobody';
}

/** The resource below whose items a collection stands: `/conversations/{conversation_id}` for its `messages`. */
function parentOf(
  document: Document,
  { collection, operations }: Family,
  families: Family[],
): Resource['parent'] | { message: string } {
  const above = collection.slice(0, collection.lastIndexOf('/'));
  const parameter = /\/\{([^/{}]+)\}$/.exec(above)?.[1];
  const all = operations.flatMap((operation) => parametersOf(document, operation.at));
  if (parameter === undefined || all.some((one) => one.name === parameter && one['x-owner'] === true)) return undefined;
  const parent = families.find(({ item }) => item !== undefined && unnamed(item) === unnamed(above));
  const schema = parent?.operations.find(({ answer }) => answer !== undefined)?.answer?.name;
  if (parent === undefined || schema === undefined)
    return { message: `nothing is at ${above}; if ${parameter} is the owner, that parameter says x-owner: true` };
  const higher = parentOf(document, parent, families);
  if (higher !== undefined) return { message: `${above} is itself part of something: one level is known` };
  return { schema, table: tableNameOf({ plural: lastWord(parent.collection) }), column: parameter };
}

function asOperation(document: Document, operation: KnownOperation): ResourceOperation {
  const { id, role, method, path, at, toggles, headers: answers } = operation;
  const parameters = parametersOf(document, at);
  const names = (place: string) => parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
  return {
    id,
    role,
    method,
    path,
    at,
    query: names('query'),
    headers: names('header'),
    answers,
    toggles,
  };
}
