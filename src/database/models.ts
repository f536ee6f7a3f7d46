// What a table is to the code: its name, the schema of its rows in the contract, and whose they are.
import { Model } from 'objection';
import type { components } from '../generated/server.ts';

type Schemas = components['schemas'];

/** A table. What a row looks like is the contract's business. */
export class StoredModel extends Model {
  /** The name of the row's schema in the contract. */
  static schema: keyof Schemas;
  /** Where rows are part of others: by the column that says of which, the table of those. */
  static readonly parents: Readonly<Record<never, string>> = {};
  /** The column that holds the owner's user id, if rows have one. */
  static owner = 'user_id';
  declare id: number;
}

/** A table whose rows belong to users. */
export class OwnedModel extends StoredModel {
  /** The compiler tells the two kinds apart by this. */
  static readonly owned = true;
}

/** A table whose rows are everybody's to read and nobody's to write. */
export class SharedModel extends StoredModel {
  static readonly shared = true;
}

/** The class of an owned model whose rows have the schema `Name`. */
export type OwnedModelClass<Name extends keyof Schemas> = typeof OwnedModel & { schema: Name };

/** The class of a shared model whose rows have the schema `Name`. */
export type SharedModelClass<Name extends keyof Schemas> = typeof SharedModel & { schema: Name };
