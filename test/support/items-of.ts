// The items of one resource, for its own test: created as the contract's example has them, or with other values.
import { loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import type { Api, Reply } from './api.ts';
import { addressOf, isWritten } from './contract-requests.ts';
import { Items, type Sent, seedShared } from './items.ts';

interface Created {
  reply: Reply;
  /** What was sent, moments in UTC as they are answered. */
  sent: Record<string, unknown>;
  row: Record<string, unknown> & { id: number };
  address: string;
}

export interface ItemsOf {
  /** The address of a user's collection. */
  collection(user: string): Promise<string>;
  create(user: string, values?: object): Promise<Created>;
  /** Asks for an item with these values in place of the example's; those that are undefined are left out. */
  ask(user: string, values?: object): Promise<Reply>;
  /** What the contract's example changes about an item. */
  changes(user: string): Promise<Record<string, unknown>>;
}

/** The items that an operation creates. */
export async function itemsOf(api: Api, createId: string): Promise<ItemsOf> {
  const contract = loadContract();
  const send = ({ operation, address, user, json }: Sent) =>
    api.request(operation.method.toUpperCase(), address, { as: user, json });
  const items = new Items(contract, send, await seedShared(api.database.db, contract));
  const named = (wanted: (operation: ContractOperation) => boolean) => {
    const found = contract.operations.find((operation) => isWritten(operation) && wanted(operation));
    if (found === undefined) throw new Error(`openapi.yaml: ${createId} and what goes with it are not there`);
    return found;
  };
  const create = named(({ id }) => id === createId);
  const collection = async (user: string) => addressOf(create, await items.place(create, user));
  const filled = async (user: string, values: object) => inUtc({ ...(await items.body(create, user)), ...values });
  const post = async (user: string, json: object) => api.request('POST', await collection(user), { as: user, json });
  return {
    collection,
    ask: async (user, values = {}) => post(user, await filled(user, values)),
    async create(user, values = {}) {
      const sent = await filled(user, values);
      const reply = await post(user, sent);
      if (reply.status !== 201) throw new Error(`${createId} refused ${JSON.stringify(sent)}: ${reply.text}`);
      const row = reply.json as Created['row']; // as every resource has it
      return { reply, sent, row, address: `${await collection(user)}/${row.id}` };
    },
    async changes(user) {
      const update = named(
        ({ method, path }) => ['put', 'patch'].includes(method) && path.startsWith(`${create.path}/{`),
      );
      return inUtc((await items.body(update, user)) ?? {});
    },
  };
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function inUtc(values: object): Record<string, unknown> {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' && moment.test(value) ? new Date(value).toISOString() : value,
  ]);
  return Object.fromEntries(entries);
}
