// The only door to the database for a handler: everything behind it belongs to the caller.
import type { Knex } from 'knex';
import type { Principal } from '../auth/principal.ts';
import type { Contract } from '../contract/contract.ts';
import type { ContractOperation } from '../contract/contract-operation.ts';
import type { components } from '../generated/server.ts';
import { serviceUnavailable } from '../problem.ts';
import type { RowKey } from './bound-table.ts';
import { isUnknownOwner } from './errors.ts';
import type { OwnedModelClass, SharedModelClass, StoredModel } from './models.ts';
import { type IdempotencyKey, once } from './once.ts';
import { OwnedRows, type SharedRows } from './owned.ts';
import type { Statements } from './statements.ts';
import type { Turns } from './turns.ts';

type Schemas = components['schemas'];

interface Access {
  db: Knex;
  statements: Statements;
  turns: Turns;
  contract: Contract;
  operation: ContractOperation;
  principal: Principal;
}

/** What one caller may reach. There is no way from it to the rows of others. */
export class Scope {
  readonly #access: Access;
  readonly #inTransaction: boolean;

  constructor(access: Access, inTransaction = false) {
    this.#access = access;
    this.#inTransaction = inTransaction;
  }

  /** The rows of `model` that belong to the caller. Where they are part of others, `within` says of which, and no others are reached. */
  rows<Name extends keyof Schemas, Parents extends object>(
    model: OwnedModelClass<Name> & { parents: Parents },
    ...within: keyof Parents extends never ? [] : [Readonly<Record<keyof Parents, string | number>>]
  ): OwnedRows<Schemas[Name] & object> {
    return this.#rows(model, { ...within[0], [model.owner]: this.#access.principal.id });
  }

  /** The rows of `model`, which are everybody's to read. */
  shared<Name extends keyof Schemas>(model: SharedModelClass<Name>): SharedRows<Schemas[Name] & object> {
    return this.#rows(model, {});
  }

  #rows<Row extends object>(model: typeof StoredModel, bound: RowKey): OwnedRows<Row> {
    const { db, statements, turns, contract, operation, principal } = this.#access;
    return new OwnedRows(model, {
      db,
      statements,
      inTurn: (search) => turns.take(principal.id, search),
      bound,
      columns: contract.columns[model.schema] ?? {},
      revision: contract.revisions[model.schema] ?? '',
      operation,
      knowingOwner: (write) => this.#knowingOwner(write),
    });
  }

  /** Runs `work` in one transaction: all of it happens, or nothing. */
  transaction<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result> {
    const { db } = this.#access;
    return this.#knowingOwner(() => db.transaction((trx) => work(new Scope({ ...this.#access, db: trx }, true))));
  }

  /**
   * Runs `work` in a transaction at most once for a key, and remembers its result with it; a later call with the same
   * key gets that result. @throws Problem 409 while the first call is running, 422 for another fingerprint.
   */
  once<Result extends object>(key: IdempotencyKey, work: (scope: Scope) => Promise<Result>): Promise<Result> {
    return this.transaction((scope) => once(scope.#access.db, scope.#access.principal.id, key, () => work(scope)));
  }

  /**
   * A user whom the token names and `users` lacks is added when a foreign key says so, and the write is done again. It
   * costs nothing on the usual path. Inside a transaction the failure has undone all of it: then the whole is done again.
   */
  async #knowingOwner<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (error) {
      if (this.#inTransaction || !isUnknownOwner(error)) throw error;
      const { id, email } = this.#access.principal;
      await this.#access.db('users').insert({ id, email }).onConflict('id').ignore();
      return await write().catch((again) => {
        throw isUnknownOwner(again) ? serviceUnavailable(again, 1) : again; // removed in the meantime
      });
    }
  }
}
