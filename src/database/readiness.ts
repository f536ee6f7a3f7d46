// Whether the database lets requests be served: what load balancers ask, again and again.
import type { Knex } from 'knex';
import { isCurrent } from './migrate.ts';

/** Asks why requests cannot be served; the answer is undefined when they can. */
export type ReadinessProbe = () => Promise<unknown>;

/** Those who ask while an answer is on its way share it: they need no token, and are not to keep the pool busy. */
export function readinessProbe(db: Knex): ReadinessProbe {
  let asking: Promise<unknown> | undefined;
  return () => {
    asking ??= ask(db)
      .catch((error) => error) // what a database that does not answer says
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}

async function ask(db: Knex): Promise<Error | undefined> {
  if (!(await isCurrent(db))) return new Error('the schema lacks a migration of this build');
  const { rows } = await db.raw('show transaction_read_only'); // so is a standby, after a failover that went wrong
  return rows[0].transaction_read_only === 'on' ? new Error('the database is read-only') : undefined;
}
