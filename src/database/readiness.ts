// Whether the database lets requests be served: what load balancers ask, again and again.
import type { Knex } from 'knex';
import { isCurrent } from './migrate.ts';

/** Asks why requests cannot be served; the answer is undefined when they can. */
type ReadinessProbe = () => Promise<unknown>;

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
  // Writes nothing, and fails as a write does: on a standby after a failover that went wrong, in a database that is read-only, for a
  // role that was granted nothing. The connection on which it failed is used no more: its setting may be an old one.
  await db.raw('insert into users (id) select id from users where false');
  return undefined;
}
