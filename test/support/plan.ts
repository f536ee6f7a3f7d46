// How PostgreSQL would go about a statement that was sent.
import type { Knex } from 'knex';
import type { Statement } from './api.ts';

export interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Target Tables'?: { 'Relation Name': string }[];
  Plans?: Plan[];
}

/** Planned for its very values, or once for any, as a statement with a name is after a while. */
export type PlanMode = 'custom' | 'generic';

export async function planOf(db: Knex, { sql, bindings }: Statement, mode: PlanMode): Promise<Plan> {
  return db.transaction(async (trx) => {
    await trx.raw(`set local plan_cache_mode = force_${mode}_plan`);
    await trx.raw(`prepare explained as ${sql.replaceAll('?', '\\?')}`);
    const values = bindings.length > 0 ? `(${bindings.map(() => '?').join(', ')})` : '';
    // With the values written out: EXECUTE takes no parameters from the protocol.
    const explain = trx.raw(`explain (format json) execute explained ${values}`, bindings as Knex.RawBinding[]);
    const { rows } = await trx.raw(explain.toQuery().replaceAll('?', '\\?'));
    await trx.raw('deallocate explained');
    return rows[0]['QUERY PLAN'][0].Plan;
  });
}

/** A plan and all that it is made of. */
export function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
