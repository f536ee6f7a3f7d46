// Finds the resources of a contract, also of one that nobody has checked yet: their paths, tables and owners, and what it asks for
// that cannot be made.
import { constraintName, isCutOff, ownerKey } from '../../database/constraint-names.ts';
import type { Document } from '../document.ts';
import { familiesOf } from './families.ts';
import { readResource, unmadeOf, waiting } from './resource.ts';
import type { Complaint, Resource, Unmade } from './types.ts';

export interface Resources {
  resources: Resource[];
  unmade: Unmade[];
}

/** The resources of a contract. Never throws: what it cannot make sense of is in `unmade`. */
export function resourcesOf(document: Document): Resources {
  const families = familiesOf(document);
  const found = families.map((family) => readResource(document, family, families));
  const unmade = found.flatMap((one) => one.unmade);
  let resources = found.flatMap(({ resource = [] }) => resource).filter(({ operations }) => operations.length > 0);
  // A resource that falls can take others with it, which refer to it.
  for (let before = -1; before !== resources.length; ) {
    before = resources.length;
    resources = resources.filter((resource) => {
      const { operations, collection } = resource;
      const [twin, complaint] = [twinOf(resource, resources), complaintAmong(resource, resources)];
      if (twin !== undefined) unmade.push(...unmadeOf(operations, collection, twin));
      else if (complaint !== undefined) unmade.push(...waiting(operations, collection, complaint));
      return twin === undefined && complaint === undefined;
    });
  }
  return { resources, unmade };
}

/** A resource before it that is the same to the database, or to the code. */
function twinOf({ at, table, schema, collection }: Resource, resources: Resource[]): Complaint | undefined {
  const other = resources.find((one) => one.table === table || one.schema === schema);
  if (other === undefined || other.collection === collection) return undefined;
  return { at, message: `${other.collection} has the same table or the same schema` };
}

/** What is wrong with a resource in the company of the others. */
function complaintAmong(resource: Resource, resources: Resource[]): Complaint | undefined {
  const { at, table, schema, parent, owner, fields } = resource;
  const key = fields.find(({ name, unique }) => unique && constraintName('unique', table, name) === ownerKey(table));
  if (isReferredTo(resource, resources)) {
    const message = `it cannot be unique and called ${key?.name}: others refer to rows by a key of that name`;
    if (key !== undefined) return { at: key.at, message };
    if (isCutOff(ownerKey(table))) return { at, message: 'its name is too long for the key that others refer to' };
  }
  const ownedBy = (name: string) => resources.some((one) => one.schema === name && one.owner !== 'nobody');
  if (parent !== undefined && !ownedBy(parent.schema))
    return { at, message: `${parent.schema} is no resource of an owner` };
  const stray = fields.find(({ references }) => references !== undefined && !ownedBy(references));
  if (stray !== undefined) return { at: stray.at, message: `${stray.references} is no resource of an owner` };
  const circular = fields.find(({ references }) => references !== schema && refersTo(references, schema, resources));
  if (circular !== undefined) return { at: circular.at, message: `${circular.references} refers to ${schema} in turn` };
  return owner === 'nobody' && fields.some(({ references }) => references)
    ? { at, message: 'it belongs to nobody, and what it refers to has an owner' }
    : undefined;
}

/** Whether rows of others, or of the same resource, name its rows. */
export function isReferredTo({ schema }: Resource, resources: Resource[]): boolean {
  return resources.some(
    ({ parent, fields }) => parent?.schema === schema || fields.some(({ references }) => references === schema),
  );
}

/** Whether rows of one schema refer to those of another, if need be through others. */
function refersTo(from: string | undefined, to: string, resources: Resource[], seen: string[] = []): boolean {
  if (from === to) return true;
  const resource = resources.find(({ schema }) => schema === from);
  if (resource === undefined || seen.includes(resource.schema)) return false;
  const next = [resource.parent?.schema, ...resource.fields.map(({ references }) => references)];
  return next.some((schema) => schema !== undefined && refersTo(schema, to, resources, [...seen, resource.schema]));
}
