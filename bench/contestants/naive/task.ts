// The table, as Objection's guide describes one.
import knex from 'knex';
import { Model, type PartialModelObject, raw } from 'objection';
import pg from 'pg';
import { databaseUrl, poolMax } from '../settings.ts';

pg.types.setTypeParser(20, Number); // int8: ids and versions are numbers in the contract

export class Task extends Model {
  static override readonly tableName = 'tasks';
  declare id: number;
  declare user_id: string;
  declare title: string;
  declare description: string | null;
  declare completed: boolean;
  declare due_date: Date | null;
  declare created_at: Date;
  declare updated_at: Date;
  declare version: number;

  /** Changes the row of this key, if there is one. */
  static async change(key: object, values: PartialModelObject<Task>): Promise<Task | undefined> {
    const moved = {
      version: raw('version + 1'),
      updated_at: raw(`greatest(now(), updated_at + interval '1 millisecond')`),
    };
    const [changed] = await Task.query()
      .patch({ ...values, ...moved })
      .where(key)
      .returning('*');
    return changed;
  }

  override $formatJson(json: object): object {
    const { version, ...task } = super.$formatJson(json) as { version: number };
    return task;
  }
}

Task.knex(
  knex.knex({
    client: 'pg',
    connection: databaseUrl,
    pool: { min: 0, max: poolMax },
  }),
);
