// What a resource is, and what of one cannot be made: the words in which its reader and the generator speak.
import type { Method } from '../document.ts';
import type { Listing } from '../listing.ts';
import type { JsonPath } from '../pointer.ts';
import type { Shape } from '../shape.ts';
import type { Storage } from './column.ts';
import type { Role } from './roles.ts';

export interface Resource {
  /** The name of its schema: `OrderItem`. */
  schema: string;
  /** `orderItem`. */
  singular: string;
  /** As in its path: `order-items`. */
  plural: string;
  /** `order_items`. */
  table: string;
  at: JsonPath;
  /** `/api/{user_id}/order-items`. */
  collection: string;
  /** `/api/{user_id}/order-items/{id}`. */
  item: string;
  /** The parameter of the path that names one. */
  idParameter: string;
  /** Whose the rows are: the user's that the path names, that of the token, or nobody's: everybody reads them. */
  owner: 'path' | 'token' | 'nobody';
  /** The resource below whose items it stands; `column` has the name of the path's parameter. */
  parent: { schema: string; table: string; column: string } | undefined;
  operations: ResourceOperation[];
  fields: Field[];
  /** What a row answers: its fields, and those of the columns of every table that its schema has. */
  columns: string[];
  listing: Listing;
}

export interface ResourceOperation {
  id: string;
  role: Role;
  method: Method;
  path: string;
  at: JsonPath;
  /** The names of its parameters: those of the query, and those that are headers. */
  query: string[];
  headers: string[];
  /** The headers of its answer. */
  answers: string[];
  /** The property that a toggle turns into its opposite. */
  toggles: string | undefined;
}

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

/** Operations that cannot be made. */
export interface Unmade extends Complaint {
  operations: string[];
  /** Whether one of them is the list, which says what indexes there are to be. */
  lists: boolean;
  /** Whether one of them writes what its body has: its form is known, and a field does not fit. */
  writes: boolean;
  /** Whether they lack nothing themselves: with its schema mended, the whole resource can be made. */
  waits: boolean;
  /** The path that they belong to, and are below. */
  collection: string;
  /** Where their handlers belong: the last word of that path that is no parameter. */
  plural: string;
}

export type Named = Omit<Resource, 'fields' | 'columns' | 'listing' | 'operations'>;

/** What a resource is but for its fields. */
export interface Frame {
  named: Named;
  /** Where the schema of its rows stands. */
  schemaAt: JsonPath;
}

/** The schemas of a resource by what they are for; those that it does not have are undefined. */
export interface Schemas {
  read: JsonPath;
  create: JsonPath | undefined;
  update: JsonPath | undefined;
}

/** What is wrong with each schema of a resource. */
export type Complaints = Record<keyof Schemas, Complaint[]>;
