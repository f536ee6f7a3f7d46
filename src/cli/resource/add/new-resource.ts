// The resource that a specification asks for, with the names, paths and columns that it has in this contract.
import type { Resource } from '../../../contract/resources/types.ts';
import type { NewField } from './new-field.ts';
import type { Spec, Toggle } from './spec.ts';
import { type Names, namesOf, pascal } from './words.ts';

export interface NewResource {
  names: Names;
  shared: boolean;
  /** Whether the path names the owner. Otherwise it is the user of the token. */
  ownerInPath: boolean;
  /** `/api/{user_id}/notes`. */
  collection: string;
  /** The components that describe the parameters of that path. */
  pathParameters: string[];
  /** The component that describes the id of one: `NoteId`. */
  idParameter: string;
  parent: Parent | undefined;
  toggle: Toggle | undefined;
  /** What can be set: references first. */
  fields: NewField[];
}

/** The resource whose items the new one's collections are below. */
interface Parent {
  names: Names;
  /** The column that names the item: `conversation_id`. */
  column: string;
  /** The component that describes the parameter of that name. */
  parameter: string;
}

/** @throws Error when the contract does not have what it refers to. */
export function newResource(spec: Spec, existing: Resource[]): NewResource {
  const names = namesOf(spec.name, spec.plural);
  const references = spec.belongsTo.map(({ resource, optional }) =>
    reference(owned(existing, resource), resource, optional),
  );
  const common = {
    names,
    shared: spec.shared,
    idParameter: `${names.schema}Id`,
    toggle: spec.toggle,
    fields: [...references, ...spec.fields],
  };
  if (spec.parent === undefined) {
    const ownerInPath = !spec.flat && !spec.shared; // rows of nobody are not below a user
    const [base, pathParameters] = ownerInPath ? ['/api/{user_id}', ['UserId']] : ['', []];
    return { ...common, ownerInPath, collection: `${base}/${names.segment}`, pathParameters, parent: undefined };
  }
  const above = owned(existing, spec.parent);
  if (above.parent !== undefined) {
    throw new Error(
      `${above.schema} is below another resource: only one level is made. Use --belongs-to ${spec.parent}`,
    );
  }
  const ownerInPath = above.owner === 'path';
  const parent = {
    names: namesOf(spec.parent, above.table),
    column: `${spec.parent}_id`,
    parameter: `Parent${above.schema}Id`,
  };
  return {
    ...common,
    ownerInPath,
    collection: `${above.collection}/{${parent.column}}/${names.segment}`,
    pathParameters: [...(ownerInPath ? ['UserId'] : []), parent.parameter],
    parent,
  };
}

function owned(existing: Resource[], name: string): Resource {
  const found = existing.find(({ schema }) => schema === pascal(name));
  const owners = existing.filter(({ owner }) => owner !== 'nobody').map(({ schema }) => schema);
  if (found === undefined)
    throw new Error(`openapi.yaml has no resource ${pascal(name)}; it has ${owners.join(', ') || 'none'}`);
  if (found.owner === 'nobody') throw new Error(`${found.schema} is shared: what belongs to it would have no owner`);
  return found;
}

function reference({ schema }: Resource, resource: string, optional: boolean): NewField {
  return {
    name: `${resource}_id`,
    type: 'int',
    required: !optional,
    min: undefined,
    max: undefined,
    default: undefined,
    enum: undefined,
    unique: false,
    index: false,
    search: false,
    references: schema,
  };
}
