// The server under test, those who call it, what they own there, and a count of what was asked.
import { afterAll } from 'vitest';
import { type Contract, loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { type Api, startApi, tokenFor } from '../support/api.ts';
import { type Adapt, Items, type Sent, seedShared } from '../support/items.ts';
import { ofRequests, ownedTables, unbound } from '../support/owner-predicate.ts';
import { type Draft, describedBy } from './drafts.ts';
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
  /** The draft with references to what is this user's, and values that have to be unlike all others so. */
  fitting(operation: ContractOperation, draft: Draft, user: string): Promise<Draft>;
  /** Whether a value in the body must be unlike those of other rows: then it can be taken. */
  hasUnique(operation: ContractOperation): boolean;
  /** To be told of every answer, so that what was deleted is not taken for existing. */
  forget(user: string): void;
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
  const send = ({ operation, address, user, json }: Sent) => {
    const headers = { 'Content-Type': 'application/json' };
    const draft = { method: operation.method.toUpperCase(), path: address, place: {}, query: [], headers, value: json };
    return wire.send(messageOf({ ...draft, body: JSON.stringify(json) }, {}, user, operation.secured));
  };
  const items = new Items(contract, send, await seedShared(api.database.db, contract), marking(contract, values));
  const placeOf = async (operation: ContractOperation, user: string) =>
    mapped(await items.place(operation, user), encodeURIComponent);
  return {
    api,
    contract,
    values,
    wire,
    async message(operation, draft, user) {
      const place = { ...(await placeOf(operation, user)), ...draft.place };
      for (const [name, text] of Object.entries(place)) {
        if (text === another.owner) place[name] = victim;
        if (text === another.item) place[name] = (await placeOf(operation, victim))[name] ?? '';
      }
      return messageOf(draft, place, user, operation.secured);
    },
    async fitting(operation, draft, user) {
      const { value } = draft;
      const fields = items.resourceOf(operation)?.fields ?? [];
      if (value === undefined || !fields.some(({ unique, references }) => unique || references)) return draft;
      const fitted = await items.fitting(operation, user, value as Record<string, unknown>); // a body of the contract is an object
      return { ...draft, value: fitted, body: JSON.stringify(fitted) };
    },
    hasUnique: (operation) => items.resourceOf(operation)?.fields.some(({ unique }) => unique) === true,
    forget: (user) => items.forget(user),
    unboundStatements(users) {
      api.logged.length = 0; // nobody reads it here, and it would fill the memory
      const complaints = ofRequests(api.statements.splice(0)).map((statement) => {
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

function mapped(place: Record<string, string>, map: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(place).map(([name, text]) => [name, map(text)]));
}

const tokens = new Map<string, string>();

function token(user: string): string {
  const known = tokens.get(user) ?? tokenFor(user);
  tokens.set(user, known);
  return known;
}

/** Marks the victim's: the marker is in every text of theirs that may contain it. */
function marking(contract: Contract, values: JsonValues): Adapt {
  return (create, example, user) => {
    const schema = describedBy(contract, create).body;
    if (user !== victim || schema === undefined) return example;
    const entries = Object.entries(example).map(([name, value]) => {
      const marked = typeof value === 'string' && values.keeps(schema, { ...example, [name]: marker });
      return [name, marked ? marker : value];
    });
    return Object.fromEntries(entries);
  };
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
