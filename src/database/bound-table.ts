// One table for one owner: every statement that is sent from here is bound to that owner.
import type { Knex } from 'knex';
import type { Column } from '../contract/contract.ts';
import type { ContractOperation } from '../contract/contract-operation.ts';
import { writeProblem } from './constraint-problems.ts';
import type { Rows } from './filters.ts';
import type { StoredModel } from './models.ts';
import {
  type Composed,
  type NamedValues,
  placeholder,
  type Role,
  run,
  type Statements,
  type Values,
} from './statements.ts';

/** What names a row among its owner's. */
export type RowKey = Readonly<Record<string, string | number>>;

/** What the statements of a caller need to know. */
export interface Binding {
  db: Knex;
  statements: Statements;
  /** Searches of one caller take turns: the costliest take a connection for seconds, and there are few. */
  inTurn: <Result>(search: () => Promise<Result>) => Promise<Result>;
  /** What every row has, its owner first of all. */
  bound: RowKey;
  /** The columns of the row's schema. */
  columns: Record<string, Column>;
  /** What tells them from the columns of another form of that schema. */
  revision: string;
  /** What the rows are wanted for. */
  operation: ContractOperation;
  /** Does a write, and again if it failed because its owner was not in `users` yet; see `Scope`. */
  knowingOwner: <Value>(write: () => Promise<Value>) => Promise<Value>;
}

/**
 * How a statement is run. `together`: with other reads of the same moment, since an index leads it to the few rows that it reads.
 * `planned`: one plan is good for all values. `unplanned`: none is. `in turn`: nor is it, and it may take long.
 */
export type Manner = 'together' | 'planned' | 'unplanned' | 'in turn';

export class BoundTable {
  readonly model: typeof StoredModel;
  readonly binding: Binding;

  constructor(model: typeof StoredModel, binding: Binding) {
    this.model = model;
    this.binding = binding;
  }

  /** Runs the statement of a shape with these values, bound to the owner whatever they say: `compose` gets the owner's rows. */
  run(
    shape: string,
    values: Omit<Values, 'bound'>,
    compose: (rows: Rows) => Composed,
    manner: Manner = 'planned',
  ): Promise<NamedValues[]> {
    const { db, statements, operation, inTurn, bound } = this.binding;
    const { tableName, schema } = this.model;
    const composed = () => compose(this.model.query(db).where(placeholders('bound', bound)) as Rows);
    // Which columns there are is a matter of the schema, and what a filter means of the operation.
    const whole = `${tableName} as ${schema} of ${Object.keys(bound)} ${shape}`;
    const statement = statements.of(operation.id, whole, composed, manner === 'planned' || manner === 'together');
    const send = () => run(db, statement, { ...values, bound }, { together: manner === 'together' });
    return manner === 'in turn' ? inTurn(send) : send();
  }

  /** Runs a statement that writes a row, as `run` does. @throws Problem 404, 409 or 422 when a constraint refuses that. */
  async write(shape: string, values: Omit<Values, 'bound'>, compose: (rows: Rows) => Composed): Promise<NamedValues[]> {
    try {
      return await this.run(shape, values, compose);
    } catch (error) {
      const { bound, columns } = this.binding;
      throw writeProblem(error, { table: this.model.tableName, columns: { ...columns, ...values.set }, within: bound });
    }
  }

  /** Adds a row, which is the owner's whatever its values say. */
  insert(values: NamedValues, returning: () => string[]): Promise<NamedValues[]> {
    const row = { ...values, ...this.binding.bound };
    const compose = () =>
      this.model.query(this.binding.db).insert(placeholders('set', row)).returning(returning()).toKnexQuery();
    return this.write(`create ${namesIn(row)}`, { set: row }, compose);
  }
}

/** The names of values: in whatever order a caller writes them, it is the same statement. */
export function namesIn(values: object): string[] {
  return Object.keys(values).sort();
}

/** A placeholder for each value, by the same name. */
export function placeholders(role: Role, values: object): Record<string, string> {
  return placeholdersOf(role, Object.keys(values));
}

export function placeholdersOf(role: Role, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, placeholder(role, name)]));
}
