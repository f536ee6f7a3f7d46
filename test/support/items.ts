// Makes what a request of any operation needs: the items that its path goes through, and a body that fits what is there.
import type { Knex } from 'knex';
import type { Contract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import type { Field, Resource } from '../../src/contract/resources/types.ts';
import { addressOf, exampleAnswer, exampleBody, type Place } from './contract-requests.ts';

/** A request as a user's. */
export interface Sent {
  operation: ContractOperation;
  address: string;
  user: string;
  json: unknown;
}

export type Send = (sent: Sent) => Promise<{ status: number; text: string }>;

/** Changes the example of a body before it is made fitting. */
export type Adapt = (
  operation: ContractOperation,
  body: Record<string, unknown>,
  user: string,
) => Record<string, unknown>;

export interface Item {
  row: Record<string, unknown> & { id: number };
  /** What it was created from. */
  sent: Record<string, unknown>;
}

export class Items {
  readonly #operations: ContractOperation[];
  readonly #contract: Contract;
  readonly #resources: Resource[];
  readonly #send: Send;
  readonly #shared: ReadonlyMap<string, number>;
  readonly #adapt: Adapt;
  readonly #known = new Map<string, number>();
  #made = 0;

  /** `shared`: the ids of rows that belong to nobody, by their collection. */
  constructor(
    contract: Contract,
    send: Send,
    shared: ReadonlyMap<string, number>,
    adapt: Adapt = (_operation, body) => body,
  ) {
    this.#contract = contract;
    this.#operations = contract.operations;
    this.#resources = resourcesOf(contract.document).resources;
    this.#send = send;
    this.#shared = shared;
    this.#adapt = adapt;
  }

  /** The parameters of a path that leads to something of this user's: what it goes through is created once. */
  async place({ path, parameters }: ContractOperation, user: string): Promise<Place> {
    const place: Place = {};
    for (const [parameter, name = ''] of path.matchAll(/\{(.+?)\}/g)) {
      const isOwner = parameters.some((one) => one.owner && one.name === name);
      const collection = path.slice(0, path.indexOf(`/${parameter}`));
      place[name] = isOwner ? user : String(await this.existing(collection, user));
    }
    return place;
  }

  /** The first example of a body, with references to what is this user's and values that nobody has yet. */
  async body(operation: ContractOperation, user: string): Promise<Record<string, unknown> | undefined> {
    const example = exampleBody(this.#contract, operation) as Record<string, unknown> | undefined; // bodies are objects
    return example && this.fitting(operation, user, this.#adapt(operation, example, user));
  }

  /** A body in which references lead to what is this user's, and values that have to be are unlike all others. */
  async fitting(operation: ContractOperation, user: string, body: Record<string, unknown>) {
    const fitted = { ...body };
    for (const field of this.resourceOf(operation)?.fields ?? []) {
      const value = fitted[field.name];
      if (value === undefined || value === null) continue;
      if (field.unique) fitted[field.name] = this.#unlike(field, value);
      if (field.references !== undefined) fitted[field.name] = await this.existingOf(field.references, user);
    }
    return fitted;
  }

  /** Creates an item, with these values in place of the example's. */
  async create(operation: ContractOperation, user: string, values: object = {}): Promise<Item> {
    const address = addressOf(operation, await this.place(operation, user));
    const sent = { ...(await this.body(operation, user)), ...values };
    const { status, text } = await this.#send({ operation, address, user, json: sent });
    if (status !== 201) throw new Error(`${operation.id} refused ${JSON.stringify(sent)}: ${text}`);
    return { row: JSON.parse(text), sent };
  }

  /** The id of an item in a collection, created when it is first asked for. */
  async existing(collection: string, user: string): Promise<number> {
    const shared = this.#shared.get(collection);
    if (shared !== undefined) return shared;
    const known = this.#known.get(JSON.stringify([user, collection]));
    if (known !== undefined) return known;
    const create = this.#operations.find(({ method, path }) => method === 'post' && path === collection);
    if (create === undefined) throw new Error(`openapi.yaml: nothing creates what is in ${collection}`);
    const { row } = await this.create(create, user);
    this.#known.set(JSON.stringify([user, collection]), row.id);
    return row.id;
  }

  /** The id of an item of the resource that has a schema. */
  existingOf(schema: string, user: string): Promise<number> {
    const target = this.#resources.find((resource) => resource.schema === schema);
    if (target === undefined) throw new Error(`openapi.yaml: ${schema} is no resource`);
    return this.existing(target.collection, user);
  }

  /** One more item in a collection, unless nobody can create one. */
  async another({ path: collection }: ContractOperation, user: string): Promise<void> {
    const create = this.#operations.find(({ method, path }) => method === 'post' && path === collection);
    if (create !== undefined) await this.create(create, user);
  }

  /** The values of another item of this user's that no two may share; it has those, too, that it need not have. */
  async takenValues(operation: ContractOperation, user: string): Promise<Record<string, unknown>> {
    const { collection, fields } = this.resourceOf(operation) ?? { collection: operation.path, fields: [] };
    const create = this.#operations.find(({ method, path }) => method === 'post' && path === collection);
    const unique = fields.filter((field) => field.unique && field.updated).map(({ name }) => name);
    if (create === undefined) return {};
    const example = exampleAnswer(this.#contract, create) as Record<string, unknown>; // a row
    const values = Object.fromEntries(unique.map((name) => [name, example[name]]));
    const { row } = await this.create(create, user, await this.fitting(create, user, values));
    return Object.fromEntries(unique.map((name) => [name, row[name]]));
  }

  /** To be told when something of a user's was deleted, and all that was part of it. */
  forget(user: string): void {
    for (const key of this.#known.keys()) if (JSON.parse(key)[0] === user) this.#known.delete(key);
  }

  /** The resource of an operation that has been made. */
  resourceOf({ id }: ContractOperation): Resource | undefined {
    return this.#resources.find(({ operations }) => operations.some((operation) => operation.id === id));
  }

  #unlike({ type, length = 0, sent, values }: Field, value: unknown): unknown {
    this.#made += 1;
    if (values !== undefined) return values[this.#made % values.length];
    if (type === 'timestamptz(3)') return new Date(Date.parse(String(value)) + this.#made).toISOString();
    if (typeof value !== 'number') {
      const ending = `-${this.#made}`;
      return [...String(value)].slice(0, length - ending.length).join('') + ending; // lengths count characters
    }
    // Counted from a limit and not from the value: bodies begin with several.
    const { minimum = 0, maximum } = sent ?? {};
    return maximum === undefined ? Math.max(minimum, 1_000) + this.#made : maximum - this.#made;
  }
}

/** Puts a row into each table that belongs to nobody, as the contract's example has it; their ids by collection. */
export async function seedShared(db: Knex, contract: Contract): Promise<Map<string, number>> {
  const shared = resourcesOf(contract.document).resources.filter(({ owner }) => owner === 'nobody');
  const ids = new Map<string, number>();
  for (const { table, fields, collection, operations } of shared) {
    const read = contract.operations.find(({ id }) => operations.some((one) => one.role === 'read' && one.id === id));
    const example = (read && exampleAnswer(contract, read)) as Record<string, unknown> | undefined; // an item
    const row = Object.fromEntries(fields.map(({ name }) => [name, example?.[name] ?? null]));
    const [created] = await db(table).insert(row).returning('id');
    ids.set(collection, created.id);
  }
  return ids;
}
