// The server under test, those who call it, what they own there, and a count of what was asked.
import { afterAll } from 'vitest';
import { type Contract, type ContractOperation, loadContract } from '../../src/contract/contract.ts';
import { type Api, startApi, tokenFor } from '../support/api.ts';
import { exampleBody } from '../support/contract-requests.ts';
import { ownedTables, unbound } from '../support/owner-predicate.ts';
import type { Draft } from './drafts.ts';
import { another } from './faults.ts';
import { type JsonValues, jsonValues } from './json-values.ts';
import { type Message, Wire, type WireAnswer } from './wire.ts';

/** In every text of the victim's: no answer to anybody else may contain it. */
export const marker = 'the-secret-of-the-victim';
const victim = 'victim';

export interface World {
  api: Api;
  contract: Contract;
  values: JsonValues;
  wire: Wire;
  /** The request in full: the caller's token, and places that exist where the draft leaves them open. */
  message(operation: ContractOperation, draft: Draft, user: string): Promise<Message>;
  /** To be told of every answer, so that what was deleted is not taken for existing. */
  forget(operation: ContractOperation, user: string): void;
  /** The statements sent since the last call that are bound to none of these users. */
  unboundStatements(users: string[]): string[];
}

export async function createWorld(): Promise<World> {
  const api = await startApi();
  const contract = loadContract();
  const values = jsonValues(contract);
  const wire = new Wire(api.url);
  afterAll(() => wire.close());
  const tables = await ownedTables(api.database.db);
  const places = new Places(contract, values, wire);
  return {
    api,
    contract,
    values,
    wire,
    async message(operation, draft, user) {
      const place = { ...(await places.own(operation, user)), ...draft.place };
      for (const [name, text] of Object.entries(place)) {
        if (text === another.owner) place[name] = victim;
        if (text === another.item) place[name] = (await places.own(operation, victim))[name] ?? '';
      }
      return messageOf(draft, place, user, operation.secured);
    },
    forget: (operation, user) => places.forget(operation, user),
    unboundStatements(users) {
      api.logged.length = 0; // nobody reads it here, and it would fill the memory
      const complaints = api.statements.splice(0).map((statement) => {
        const found = [...users, victim].map((user) => unbound(statement, user, tables));
        return found.includes(undefined) ? undefined : found[0];
      });
      return complaints.filter((complaint) => complaint !== undefined);
    },
  };
}

function messageOf(draft: Draft, place: Record<string, string>, user: string, secured: boolean): Message {
  const path = draft.path.replace(/\{(.+?)\}/g, (_whole, name: string) => place[name] ?? '');
  const authorization = draft.authorization === undefined ? `Bearer ${token(user)}` : draft.authorization(user);
  const headers = [
    ...(secured && authorization !== undefined ? [['Authorization', authorization] as const] : []),
    ...Object.entries(draft.headers),
  ];
  const target = draft.query.length === 0 ? path : `${path}?${draft.query.join('&')}`;
  const { body, method } = draft;
  return { method, target, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

const tokens = new Map<string, string>();

function token(user: string): string {
  const known = tokens.get(user) ?? tokenFor(user);
  tokens.set(user, known);
  return known;
}

/** What exists for whom: created by the operation that creates it, when it is first asked for. */
class Places {
  readonly #contract: Contract;
  readonly #values: JsonValues;
  readonly #wire: Wire;
  readonly #known = new Map<string, string>();

  constructor(contract: Contract, values: JsonValues, wire: Wire) {
    this.#contract = contract;
    this.#values = values;
    this.#wire = wire;
  }

  /** The path parameters, encoded, of a place of this user's that exists. */
  async own({ path, parameters }: ContractOperation, user: string): Promise<Record<string, string>> {
    const place: Record<string, string> = {};
    for (const [whole, name = ''] of path.matchAll(/\{(.+?)\}/g)) {
      const isOwner = parameters.some((parameter) => parameter.owner && parameter.name === name);
      const collection = path.slice(0, path.indexOf(`/${whole}`));
      place[name] = isOwner ? encodeURIComponent(user) : await this.#existing(collection, place, user);
    }
    return place;
  }

  forget({ path }: ContractOperation, user: string): void {
    this.#known.delete(`${path.slice(0, path.lastIndexOf('/{'))} of ${user}`);
  }

  async #existing(collection: string, place: Record<string, string>, user: string): Promise<string> {
    const key = `${collection} of ${user}`;
    const id = this.#known.get(key) ?? (await this.#create(collection, place, user));
    this.#known.set(key, id);
    return id;
  }

  async #create(collection: string, place: Record<string, string>, user: string): Promise<string> {
    const create = this.#contract.operations.find(({ method, path }) => method === 'post' && path === collection);
    if (create === undefined) throw new Error(`openapi.yaml: nothing creates what is in ${collection}`);
    const example = exampleBody(this.#contract, create);
    const body = JSON.stringify(user === victim ? this.#marked(create, example as object) : example);
    const headers = { 'Content-Type': 'application/json' };
    const draft = { method: 'POST', path: collection, place, query: [], headers, body, value: example };
    const answer = await this.#wire.send(messageOf(draft, place, user, create.secured));
    if (answer.status !== 201) throw new Error(`${create.id} refused its example: ${answer.text}`);
    return String(JSON.parse(answer.text).id);
  }

  /** The example with the marker in every text that may contain it. */
  #marked(create: ContractOperation, example: object): object {
    const described = this.#contract.document.paths[create.path]?.[create.method]?.requestBody;
    // The lint of the contract proves that a body is JSON with a schema; this operation has an example, so a body.
    const { content } = described as { content: { 'application/json': { schema: object } } };
    const { schema } = content['application/json'];
    const entries = Object.entries(example).map(([name, value]) => {
      const marked = typeof value === 'string' && this.#values.keeps(schema, { ...example, [name]: marker });
      return [name, marked ? marker : value];
    });
    return Object.fromEntries(entries);
  }
}

/** How many requests each operation got, by kind. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  count(operation: string, kind: string): void {
    const kinds = this.#counts.get(operation) ?? new Map<string, number>();
    this.#counts.set(operation, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }

  toString(): string {
    const rows = [...this.#counts].map(([operation, kinds]) => {
      const cells = [...kinds].sort().map(([kind, count]) => `${kind} ${count}`);
      const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
      return `  ${operation.padEnd(24)}${String(total).padStart(7)}  (${cells.join(', ')})`;
    });
    return rows.join('\n');
  }
}

export type { WireAnswer };
