// Turns the owned tables of a migrated, empty PostgreSQL database into tables that are hash-partitioned by their owner.
import type { Knex } from 'knex';
import { ownedTables } from './owner-predicate.ts';

const partitions = 4;

interface Definitions {
  columns: string[];
  indexes: string[];
  constraints: string[];
}

/** Does nothing to a table that is partitioned already. @throws Error when the database has rows in one that is not. */
export async function partitionByOwner(db: Knex): Promise<void> {
  await db.transaction(async (trx) => {
    const plain: [string, string, Definitions][] = [];
    for (const [table, owner] of await ownedTables(trx)) {
      if (await isPlain(trx, table)) plain.push([table, owner, await definitionsOf(trx, table, owner)]);
    }
    for (const [table] of plain) {
      if ((await trx(table).first()) !== undefined) throw new Error(`${table} has rows`);
      await trx.raw('drop table ?? cascade', [table]);
    }
    for (const [table, owner, { columns, indexes }] of plain) {
      await trx.raw(`create table ?? (${columns.join(', ')}) partition by hash (??)`, [table, owner]);
      for (let part = 0; part < partitions; part += 1) {
        const values = `for values with (modulus ${partitions}, remainder ${part})`;
        await trx.raw(`create table ?? partition of ?? ${values}`, [`${table}_p${part}`, table]);
      }
      for (const index of indexes) await trx.raw(index);
    }
    // Last: a child refers to its parent, which must be there.
    for (const [table, , { constraints }] of plain) {
      for (const constraint of constraints) await trx.raw(`alter table ?? add ${constraint}`, [table]);
    }
  });
}

async function isPlain(db: Knex, table: string): Promise<boolean> {
  const { rows } = await db.raw('select relkind from pg_class where oid = ?::regclass', [table]);
  return rows[0].relkind === 'r';
}

/** What the migrations made of a table, as SQL that makes it again; its keys lead with the owner. */
async function definitionsOf(db: Knex, table: string, owner: string): Promise<Definitions> {
  const columns = await db.raw(
    `select format('%I %s%s%s', attname, format_type(atttypid, atttypmod),
       case when attidentity <> '' then ' generated ' || case attidentity when 'a' then 'always' else 'by default' end ||
         ' as identity (maxvalue ' || seqmax || ')' else coalesce(' default ' || pg_get_expr(adbin, adrelid), '') end,
       case when attnotnull then ' not null' else '' end) as definition
     from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
       left join pg_sequence on attidentity <> '' and seqrelid = pg_get_serial_sequence(attrelid::regclass::text, attname)::regclass
     where attrelid = ?::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  const indexes = await db.raw(
    `select pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = ?::regclass and not exists (select 1 from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))`,
    [table],
  );
  const constraints = await db.raw(
    `select format('constraint %I %s', conname, pg_get_constraintdef(oid)) as definition from pg_constraint
     where conrelid = ?::regclass and contype in ('p', 'u', 'f', 'c') order by contype = 'f'`,
    [table],
  );
  const definitions = ({ rows }: { rows: { definition: string }[] }) => rows.map(({ definition }) => definition);
  const leading = new RegExp(`(primary key|unique) \\((?!.*\\b${owner}\\b)`, 'i');
  return {
    columns: definitions(columns),
    indexes: definitions(indexes),
    // A key holds within a partition, so it has to contain what tells the partition.
    constraints: definitions(constraints).map((definition) => definition.replace(leading, `$1 (${owner}, `)),
  };
}
