// Migrations for what has changed in a contract: there, back and there again, with rows in the tables, wherever they break off.
import type { Knex } from 'knex';
import { describe, expect, it, onTestFinished } from 'vitest';
import { placesIn } from '../../src/cli/resource/lines.ts';
import { type Allowed, nothing } from '../../src/cli/resource/migrations/difference.ts';
import { narrowedColumns, withLimits } from '../../src/cli/resource/migrations/limits.ts';
import { planMigrations } from '../../src/cli/resource/migrations/plan.ts';
import { refusalsOf, unfitFills } from '../../src/cli/resource/migrations/refusals.ts';
import { tablesOf } from '../../src/cli/resource/migrations/tables.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import { convertColumn } from '../../src/database/live/columns.ts';
import { createIndex, nextName, replaceIndex } from '../../src/database/live/indexes.ts';
import { createDatabase } from '../support/database.ts';
import { partitionByOwner } from '../support/partition.ts';
import { contract, folders, integer, moment, type Notes, nullable, resources, text } from './migrations/notes.ts';
import { creating, described, type LoadedMigration, load } from './migrations/project.ts';

type Row = Record<string, unknown>;

interface Change {
  from: Notes;
  to: Notes;
  allowed?: Partial<Allowed>;
  rows: Row[];
  /** What is in the rows after the way there, and after the way back. */
  there: Row[];
  back: Row[];
  /** What cannot be as it was: `notes.body`. */
  otherwise?: Record<string, string>;
  /** Whether the tables are partitioned by owner, as `deploy/distributed.md` says. */
  partitioned?: boolean;
}

const titled = { title: text(200) };
const sorted = (column: string, order = 'asc', name = column) => ({
  name: 'sort',
  in: 'query',
  'x-sort': { [name]: { column, order } },
  schema: { type: 'string', enum: [name] },
});
const filtered = (name: string, schema: object) => ({ name, in: 'query', 'x-filter': true, schema });
const searched = (...columns: string[]) => ({
  name: 'q',
  in: 'query',
  'x-search': columns,
  schema: { type: 'string' },
});
const toFolder = { ...integer, minimum: 1, 'x-references': 'Folder' };
const longest = `${'ä'.repeat(31)}a`; // 63 bytes
const state = (...values: string[]) => ({ type: 'string', enum: values });

const changes: Record<string, Change> = {
  'a new field that may be null': {
    from: { properties: titled },
    to: { properties: { ...titled, body: nullable(text(50)) } },
    rows: [{ title: 'a' }],
    there: [{ title: 'a', body: null }],
    back: [{ title: 'a' }],
  },
  'a new field with a default, by which lists are filtered': {
    from: { properties: titled, parameters: [sorted('title')] },
    to: {
      properties: { ...titled, pinned: { type: 'boolean', default: false } },
      parameters: [sorted('title'), filtered('pinned', { type: 'boolean' })],
    },
    rows: [{ title: 'a' }],
    there: [{ title: 'a', pinned: false }],
    back: [{ title: 'a' }],
  },
  'a new field that must be there': {
    from: { properties: titled },
    to: { properties: { ...titled, rank: integer, order: state("it's", 'not') } },
    allowed: { fill: { 'notes.rank': '7', 'notes.order': "it's" } },
    rows: [{ title: 'a' }],
    there: [{ title: 'a', rank: 7, order: "it's" }],
    back: [{ title: 'a' }],
  },
  'a new field that may be null, and is something in the rows that are there': {
    from: { properties: titled },
    to: { properties: { ...titled, body: nullable(text(50)) } },
    allowed: { fill: { 'notes.body': 'old' } },
    rows: [{ title: 'a' }],
    there: [{ title: 'a', body: 'old' }],
    back: [{ title: 'a' }],
  },
  'a new field with a default, and another value for the rows that are there': {
    from: { properties: titled },
    to: { properties: { ...titled, read: { type: 'boolean', default: false } } },
    allowed: { fill: { 'notes.read': 'true' } },
    rows: [{ title: 'a' }],
    there: [{ title: 'a', read: true }],
    back: [{ title: 'a' }],
  },
  'a longer limit': {
    from: { properties: titled, parameters: [sorted('title')] },
    to: { properties: { title: text(300) }, parameters: [sorted('title')] },
    rows: [{ title: 'x'.repeat(200) }],
    there: [{ title: 'x'.repeat(200) }],
    back: [{ title: 'x'.repeat(200) }],
  },
  'no limit any more': {
    from: { properties: titled, parameters: [searched('title')] },
    to: { properties: { title: { type: 'string' } }, parameters: [searched('title')] },
    rows: [{ title: 'x' }],
    there: [{ title: 'x' }],
    back: [{ title: 'x' }],
  },
  'a shorter limit': {
    from: {
      properties: { title: { ...text(200), 'x-unique': true } },
      parameters: [sorted('title'), searched('title')],
    },
    to: { properties: { title: { ...text(5), 'x-unique': true } }, parameters: [sorted('title'), searched('title')] },
    allowed: { narrow: ['notes.title'] },
    rows: [{ title: '𝒳234567' }, { title: '1' }],
    there: [{ title: '𝒳2345' }, { title: '1' }],
    back: [{ title: '𝒳2345' }, { title: '1' }],
  },
  'a shorter limit of long texts': {
    from: { properties: { title: text(8_000) } },
    to: { properties: { title: text(6_000) } },
    allowed: { narrow: ['notes.title'] },
    rows: [{ title: 'x'.repeat(8_000) }],
    there: [{ title: 'x'.repeat(6_000) }],
    back: [{ title: 'x'.repeat(6_000) }],
  },
  'a new value of an enum': {
    from: { properties: { state: { ...state('open', 'done'), default: 'open' } } },
    to: { properties: { state: { ...state('open', 'late', 'done'), default: 'open' } } },
    rows: [{ state: 'done' }, { state: 'open' }],
    there: [{ state: 'done' }, { state: 'open' }],
    back: [{ state: 'done' }, { state: 'open' }],
  },
  'a value of an enum that is gone': {
    from: { properties: { state: state('open', 'late', 'done'), mood: nullable(state('good', 'bad')) } },
    to: { properties: { state: state('open', 'done'), mood: nullable(state('good')) } },
    allowed: { narrow: ['notes.state', 'notes.mood'], fill: { 'notes.state': 'open' } },
    rows: [
      { state: 'late', mood: 'bad' },
      { state: 'done', mood: null },
    ],
    there: [
      { state: 'open', mood: null },
      { state: 'done', mood: null },
    ],
    back: [
      { state: 'open', mood: null },
      { state: 'done', mood: null },
    ],
  },
  'an enum that becomes any text': {
    from: { properties: { state: state('open', 'done') } },
    to: { properties: { state: text(40) } },
    rows: [{ state: 'done' }],
    there: [{ state: 'done' }],
    back: [{ state: 'done' }],
  },
  'a field that must be there from now on, by which lists are sorted': {
    from: { properties: { due: nullable(moment) }, parameters: [sorted('due')] },
    to: { properties: { due: { ...moment, default: '2026-01-01T00:00:00Z' } }, parameters: [sorted('due')] },
    rows: [{ due: null }, { due: '2020-02-02T00:00:00.000Z' }],
    there: [{ due: '2026-01-01T00:00:00.000Z' }, { due: '2020-02-02T00:00:00.000Z' }],
    back: [{ due: '2026-01-01T00:00:00.000Z' }, { due: '2020-02-02T00:00:00.000Z' }],
  },
  'a field that may be null from now on': {
    from: { properties: { rank: { ...integer, default: 3 } } },
    to: { properties: { rank: nullable(integer) } },
    rows: [{ rank: 1 }],
    there: [{ rank: 1 }],
    back: [{ rank: 1 }],
  },
  'another default': {
    from: { properties: { rank: { ...integer, default: 3 } } },
    to: { properties: { rank: { ...integer, default: 4 } } },
    rows: [{ rank: 1 }],
    there: [{ rank: 1 }],
    back: [{ rank: 1 }],
  },
  'a field that is gone': {
    from: { properties: { ...titled, body: text(20) }, parameters: [searched('title', 'body'), sorted('body')] },
    to: { properties: titled, parameters: [searched('title')] },
    allowed: { drop: ['notes.body'] },
    rows: [{ title: 'a', body: 'b' }],
    there: [{ title: 'a' }],
    back: [{ title: 'a', body: '' }],
  },
  'a unique field that is gone': {
    from: { properties: { ...titled, code: { ...integer, 'x-unique': true } } },
    to: { properties: titled },
    allowed: { drop: ['notes.code'] },
    rows: [
      { title: 'a', code: 1 },
      { title: 'b', code: 2 },
    ],
    there: [{ title: 'a' }, { title: 'b' }],
    back: [
      { title: 'a', code: null },
      { title: 'b', code: null },
    ],
    otherwise: { 'notes.code': 'bigint false' },
  },
  'a field of another name': {
    from: {
      properties: { body: { ...text(20), 'x-unique': true, 'x-index': true }, kind: state('a', 'b') },
      parameters: [sorted('body'), filtered('kind', state('a', 'b'))],
    },
    to: {
      properties: {
        order: { ...text(30), 'x-unique': true, 'x-index': true, 'x-renamed-from': 'body' },
        sort_of: { ...state('a', 'b'), 'x-renamed-from': 'kind' },
      },
      parameters: [sorted('order'), filtered('sort_of', state('a', 'b'))],
    },
    rows: [{ body: 'a', kind: 'b' }],
    there: [{ order: 'a', sort_of: 'b' }],
    back: [{ body: 'a', kind: 'b' }],
  },
  'a number that was an integer': {
    from: { properties: { size: { ...integer, default: 0 } }, parameters: [sorted('size')] },
    to: { properties: { size: { type: 'number', default: 0 } }, parameters: [sorted('size')] },
    rows: [{ size: 3 }, { size: Number.MAX_SAFE_INTEGER }],
    there: [{ size: 3 }, { size: Number.MAX_SAFE_INTEGER }],
    back: [{ size: 3 }, { size: Number.MAX_SAFE_INTEGER }],
  },
  'an integer that was a text': {
    from: { properties: { size: text(20), spare: nullable(text(20)) } },
    to: { properties: { size: integer, spare: nullable(integer) } },
    allowed: { convert: ['notes.size', 'notes.spare'], fill: { 'notes.size': '-1' } },
    rows: [
      { size: '12', spare: '5' },
      { size: 'many', spare: 'x' },
    ],
    there: [
      { size: 12, spare: 5 },
      { size: -1, spare: null },
    ],
    back: [
      { size: '12', spare: '5' },
      { size: '-1', spare: null },
    ],
  },
  'a moment that was a text': {
    from: { properties: { due: nullable(text(40)) } },
    to: { properties: { due: nullable(moment) } },
    allowed: { convert: ['notes.due'] },
    rows: [{ due: '2024-02-29T10:00:00+01:00' }, { due: '2026-02-29T10:00:00Z' }, { due: '0000-01-01T00:00:00Z' }],
    there: [{ due: '2024-02-29T09:00:00.000Z' }, { due: null }, { due: null }],
    back: [{ due: '2024-02-29T09:00:00.000Z' }, { due: null }, { due: null }],
  },
  'a moment that was a text, at the ends of what PostgreSQL and Deed can read': {
    from: { properties: { due: nullable(text(40)) } },
    to: { properties: { due: nullable(moment) } },
    allowed: { convert: ['notes.due'] },
    rows: [
      { due: '2026-03-01T09:00:00+15:59' },
      { due: '2026-03-01T09:00:00+16:00' },
      { due: '2026-03-01T09:00:00-23:59' },
      { due: '9999-12-31T23:59:59.9999999Z' },
      { due: '9999-12-31T23:59:59-01:00' },
      { due: '0001-01-01T00:00:00+01:00' },
    ],
    there: [
      { due: '2026-02-28T17:01:00.000Z' },
      { due: null },
      { due: null },
      { due: '9999-12-31T23:59:59.999Z' },
      { due: null },
      { due: null },
    ],
    back: [
      { due: '2026-02-28T17:01:00.000Z' },
      { due: null },
      { due: null },
      { due: '9999-12-31T23:59:59.999Z' },
      { due: null },
      { due: null },
    ],
  },
  'a moment that must be there from now on, and is said in a place far from Greenwich': {
    from: { properties: { due: nullable(moment) } },
    to: { properties: { due: moment } },
    allowed: { fill: { 'notes.due': '2026-03-01T09:00:00+16:00' } },
    rows: [{ due: null }],
    there: [{ due: '2026-02-28T17:00:00.000Z' }],
    back: [{ due: '2026-02-28T17:00:00.000Z' }],
  },
  'a truth that was a moment': {
    from: { properties: { done: nullable(moment) } },
    to: { properties: { done: { type: 'boolean', default: false } } },
    allowed: { convert: ['notes.done'] },
    rows: [{ done: '2024-02-29T10:00:00.000Z' }],
    there: [{ done: false }],
    back: [{ done: null }],
  },
  'a field that is unique from now on, and another that no longer is': {
    from: { properties: { title: text(20), code: { ...text(20), 'x-unique': true } } },
    to: { properties: { title: { ...text(20), 'x-unique': true }, code: text(20) } },
    rows: [{ title: 'a', code: 'b' }],
    there: [{ title: 'a', code: 'b' }],
    back: [{ title: 'a', code: 'b' }],
  },
  'lists that are sorted, filtered and searched by more': {
    from: { properties: { ...titled, body: nullable(text(20)), pinned: { type: 'boolean', default: false } } },
    to: {
      properties: {
        ...titled,
        body: { ...nullable(text(20)), 'x-index': true },
        pinned: { type: 'boolean', default: false },
      },
      parameters: [sorted('title', 'desc'), filtered('pinned', { type: 'boolean' }), searched('title', 'body')],
    },
    rows: [{ title: 'a', body: null, pinned: true }],
    there: [{ title: 'a', body: null, pinned: true }],
    back: [{ title: 'a', body: null, pinned: true }],
  },
  'a reference to what was there already': {
    from: { properties: titled, ...folders },
    to: {
      properties: { ...titled, folder_id: nullable({ ...integer, minimum: 1, 'x-references': 'Folder' }) },
      ...folders,
    },
    rows: [{ title: 'a' }],
    there: [{ title: 'a', folder_id: null }],
    back: [{ title: 'a' }],
  },
  'a reference that is gone': {
    from: {
      properties: { ...titled, folder_id: nullable({ ...integer, minimum: 1, 'x-references': 'Folder' }) },
      ...folders,
      first: true,
    },
    to: { properties: titled, ...folders, first: true },
    allowed: { drop: ['notes.folder_id'] },
    rows: [{ title: 'a' }],
    there: [{ title: 'a' }],
    back: [{ title: 'a', folder_id: null }],
  },
  'a reference to notes that is gone': {
    from: { properties: { ...titled, above_id: nullable({ ...integer, minimum: 1, 'x-references': 'Note' }) } },
    to: { properties: titled },
    allowed: { drop: ['notes.above_id'] },
    rows: [{ title: 'a' }],
    there: [{ title: 'a' }],
    back: [{ title: 'a', above_id: null }],
  },
  'a unique field that must be there from now on': {
    from: { properties: { code: { ...nullable(text(20)), 'x-unique': true } } },
    to: { properties: { code: { ...text(20), 'x-unique': true } } },
    rows: [{ code: 'a' }, { code: 'b' }],
    there: [{ code: 'a' }, { code: 'b' }],
    back: [{ code: 'a' }, { code: 'b' }],
  },
  'fields whose names mean something else in patterns': {
    from: { properties: { 'c++': { ...integer, 'x-index': true }, 'a|b': { ...text(9), 'x-index': true } } },
    to: {
      properties: {
        'c++': { type: 'number', 'x-index': true },
        'a$&b': { ...text(9), 'x-index': true, 'x-renamed-from': 'a|b' },
      },
    },
    allowed: { convert: ['notes.c++'] },
    rows: [{ 'c++': 1, 'a|b': 'a' }],
    there: [{ 'c++': 1, 'a$&b': 'a' }],
    back: [{ 'c++': 1, 'a|b': 'a' }],
  },
  'fields whose names are as long as PostgreSQL reads them': {
    from: { properties: { [longest]: text(200), [`${longest.slice(0, -1)}b`]: nullable(integer) } },
    to: { properties: { [longest]: text(5), [`${longest.slice(0, -1)}b`]: { ...integer, default: 1 } } },
    allowed: { narrow: [`notes.${longest}`] },
    rows: [{ [longest]: '1234567', [`${longest.slice(0, -1)}b`]: null }],
    there: [{ [longest]: '12345', [`${longest.slice(0, -1)}b`]: 1 }],
    back: [{ [longest]: '12345', [`${longest.slice(0, -1)}b`]: 1 }],
  },
  'a field whose indexes have long names that differ at their end': {
    from: { properties: { rank: nullable(integer) }, parameters: [sorted('rank', 'asc', 'r'.repeat(49))] },
    to: { properties: { rank: nullable({ type: 'number' }) }, parameters: [sorted('rank', 'asc', 'r'.repeat(49))] },
    rows: [{ rank: 3 }, { rank: null }],
    there: [{ rank: 3 }, { rank: null }],
    back: [{ rank: 3 }, { rank: null }],
  },
  'a resource that is gone, to which notes referred': {
    from: {
      properties: { ...titled, folder_id: nullable({ ...integer, minimum: 1, 'x-references': 'Folder' }) },
      ...folders,
    },
    to: { properties: titled },
    allowed: { drop: ['folders', 'notes.folder_id'] },
    rows: [{ title: 'a', folder_id: null }],
    there: [{ title: 'a' }],
    back: [{ title: 'a', folder_id: null }],
  },
  'all kinds of changes, in tables that are partitioned': {
    partitioned: true,
    from: {
      properties: {
        title: { ...text(200), 'x-unique': true, 'x-index': true },
        due: nullable(text(40)),
        rank: { ...nullable(integer), 'x-index': true },
        code: text(20),
        old: { ...text(9), 'x-unique': true },
      },
      parameters: [sorted('title')],
      ...folders,
    },
    to: {
      properties: {
        title: { ...text(5), 'x-unique': true, 'x-index': true },
        due: { ...moment, default: '2026-01-01T00:00:00Z' },
        rank: { ...integer, default: 1 },
        key: { ...text(20), 'x-unique': true, 'x-renamed-from': 'code' },
        folder_id: nullable({ ...integer, minimum: 1, 'x-references': 'Folder' }),
      },
      parameters: [sorted('title', 'desc'), searched('key')],
      ...folders,
    },
    allowed: { drop: ['notes.old'], narrow: ['notes.title'], convert: ['notes.due'] },
    rows: [
      { title: '1234567', due: '2024-02-29T10:00:00Z', rank: 3, code: 'a', old: 'x' },
      { title: '2', due: 'soon', rank: null, code: 'b', old: 'y' },
    ],
    there: [
      { title: '12345', due: '2024-02-29T10:00:00.000Z', rank: 3, key: 'a', folder_id: null },
      { title: '2', due: '2026-01-01T00:00:00.000Z', rank: 1, key: 'b', folder_id: null },
    ],
    back: [
      { title: '12345', due: '2024-02-29T10:00:00.000Z', rank: 3, code: 'a', old: null },
      { title: '2', due: '2026-01-01T00:00:00.000Z', rank: 1, code: 'b', old: null },
    ],
    otherwise: { 'notes.old': 'character varying(9) false' },
  },
};

describe.each(Object.entries(changes))('%s', (_name, change) => {
  const { from, to, allowed, rows, there, back, otherwise = {}, partitioned = false } = change;
  const before = tablesOf(resources(from));
  const plan = planMigrations(resources(to), before, { ...nothing, ...allowed });
  const tables = [...new Set([...Object.keys(before), ...Object.keys(plan.tables)])];

  async function make({ up }: LoadedMigration, db: Knex): Promise<void> {
    await up(db);
    if (partitioned) await partitionByOwner(db);
  }

  async function expectThere(db: Knex, expected: unknown): Promise<void> {
    expect(await described(db, tables)).toEqual(expected);
    expect(await db('notes').orderBy('id')).toMatchObject(there);
  }

  it('goes there, back and there again, and each may be done twice', async () => {
    const { db, close } = await createDatabase();
    const [created, wanted] = [await creating(before), await creating(plan.tables)];
    await make(wanted, db);
    const after = await described(db, tables);
    await wanted.down(db);
    await make(created, db);
    const original = (await described(db, tables)) as { columns: Row };
    await db('users').insert({ id: 'alice' });
    await db('notes').insert(rows.map((row) => ({ user_id: 'alice', ...row })));

    const migration = await load(plan.before?.text ?? '');
    for (let way = 0; way < 2; way += 1) {
      await migration.up(db);
      await migration.up(db);
      await expectThere(db, after);
      await migration.down(db);
      await migration.down(db);
      expect(await described(db, tables)).toEqual({ ...original, columns: { ...original.columns, ...otherwise } });
      expect(await db('notes').orderBy('id')).toMatchObject(back);
    }
    await migration.up(db);
    await expectThere(db, after);
    await close();
  });

  it('goes on from wherever it broke off', async () => {
    let left = Number.POSITIVE_INFINITY;
    const { db, close } = await createDatabase((sql, run) => {
      left -= 1;
      if (left >= 0 || /^ROLLBACK/.test(sql)) return run(); // PostgreSQL rolls back what a process leaves unfinished
      const brokenOff = () => Promise.reject(new Error('broken off'));
      return /^COMMIT/.test(sql) ? run().then(brokenOff) : brokenOff();
    });
    const [created, wanted] = [await creating(before), await creating(plan.tables)];
    await make(wanted, db);
    const after = await described(db, tables);
    await wanted.down(db);
    await make(created, db);
    await db('users').insert({ id: 'alice' });
    await db('notes').insert(rows.map((row) => ({ user_id: 'alice', ...row })));
    const migration = await load(plan.before?.text ?? '');
    for (let statements = 1, done = false; !done; statements += 2) {
      left = statements;
      done = await migration.up(db).then(
        () => true,
        (error) => {
          expect(error.message).toContain('broken off');
          return false;
        },
      );
      left = Number.POSITIVE_INFINITY;
      await migration.up(db);
      expect(await described(db, tables)).toEqual(after);
      await migration.down(db);
    }
    await close();
  });
});

describe.each<[string, Pick<Change, 'from' | 'to' | 'allowed'>, (count: number) => Row]>([
  [
    'gets a column of another type',
    {
      from: { properties: { title: { ...text(200), 'x-unique': true } }, parameters: [sorted('title')] },
      to: { properties: { title: { ...text(5), 'x-unique': true } }, parameters: [sorted('title')] },
      allowed: { narrow: ['notes.title'] },
    },
    (count) => ({ title: String(count) }),
  ],
  [
    'requires a column',
    { from: { properties: { rank: nullable(integer) } }, to: { properties: { rank: { ...integer, default: 1 } } } },
    () => ({ rank: null }),
  ],
  [
    'restricts a column',
    {
      from: { properties: { state: state('open', 'late') } },
      to: { properties: { state: state('open', 'done') } },
      allowed: { narrow: ['notes.state'], fill: { 'notes.state': 'open' } },
    },
    () => ({ state: 'late' }),
  ],
])('a table that %s', (_name, { from, to, allowed }, row) => {
  it('is written as before when that fails, and the next try goes on', async () => {
    let left = Number.POSITIVE_INFINITY;
    const { db, close } = await createDatabase((sql, run) => {
      if (/^(COMMIT|ROLLBACK)/.test(sql)) return run();
      left -= 1;
      return left === 0 ? Promise.reject(new Error('it fails')) : run();
    });
    const before = tablesOf(resources(from));
    const plan = planMigrations(resources(to), before, { ...nothing, ...allowed });
    const [created, wanted] = [await creating(before), await creating(plan.tables)];
    await wanted.up(db);
    const after = await described(db, ['notes']);
    await wanted.down(db);
    await created.up(db);
    await db('users').insert({ id: 'alice' });
    await db('notes').insert({ user_id: 'alice', ...row(0) });
    const migration = await load(plan.before?.text ?? '');
    let count = 0;
    for (let done = false; !done; ) {
      count += 1;
      left = count;
      done = await migration.up(db).then(
        () => true,
        (error) => {
          expect(error.message).toContain('it fails');
          return false;
        },
      );
      left = Number.POSITIVE_INFINITY;
      if (!done) await db('notes').insert({ user_id: 'alice', ...row(count) });
      const { triggers, functions } = (await described(db, ['notes'])) as Row;
      expect([triggers, functions]).toEqual([{}, {}]);
      await migration.up(db);
      expect(await described(db, ['notes'])).toEqual(after);
      await migration.down(db);
    }
    expect(count).toBeGreaterThan(10);
    await close();
  });
});

it.each<[string, Notes['properties'][string], string]>([
  ['integer', integer, '٣'],
  ['number', { type: 'number' }, '٣.٥'],
  ['moment', moment, '٢٠٢٦-03-01T09:00:00Z'],
])('digits of another script are no %s, also where PostgreSQL finds digits in them', async (_name, type, value) => {
  const before = tablesOf(resources({ properties: { due: nullable(text(40)) } }));
  const allowed = { ...nothing, convert: ['notes.due'] };
  const plan = planMigrations(resources({ properties: { due: nullable(type) } }), before, allowed);
  const { db, close } = await createDatabase();
  await (await creating(before)).up(db);
  await db.raw('alter table notes alter due type varchar(40) collate "und-x-icu"'); // as all texts of some databases are
  await db('users').insert({ id: 'alice' });
  await db('notes').insert({ user_id: 'alice', due: value });
  await (await load(plan.before?.text ?? '')).up(db);
  expect(await db('notes').pluck('due')).toEqual([null]);
  await close();
});

it('an index that a stopped migration has left is not taken for the one that is asked for', async () => {
  const { db, close } = await createDatabase();
  onTestFinished(close);
  await db.raw('create table marks (a int, b int, c int)');
  await createIndex(db, 'marks', 'marks_by', '(a)');
  await createIndex(db, 'marks', nextName('marks_by'), '(b)');
  await replaceIndex(db, 'marks', 'marks_by', '(c)');
  const { rows } = await db.raw(`select pg_get_indexdef('marks_by'::regclass) as definition`);
  expect(rows[0].definition).toMatch(/\(c\)$/);
});

it('values that are unique no longer when they are cut are named', async () => {
  const { db, close } = await createDatabase();
  onTestFinished(close);
  await db.raw('create table cars (id bigint primary key, plate varchar(40) constraint cars_plate_key unique)');
  await db('cars').insert(['ABC-1', 'ABC-2'].map((plate, index) => ({ id: index + 1, plate })));
  const narrow = { type: 'varchar(4)', value: 'left(plate, 4)', uniques: { cars_plate_key: '(plate)' } };
  await expect(convertColumn(db, 'cars', 'plate', narrow)).rejects.toThrow(
    'cars cannot have cars_plate_key: Key (plate_next)=(ABC-) is duplicated. Let one of them go, and migrate again.',
  );
  await db('cars').where({ id: 1 }).delete();
  await convertColumn(db, 'cars', 'plate', narrow);
  expect(await db('cars').pluck('plate')).toEqual(['ABC-']);
});

it('a list that cannot be made sense of keeps no index of a field that is gone, whatever its name', () => {
  const before = tablesOf(
    resources({ properties: { ...titled, 'is-done': { type: 'boolean', default: false, 'x-index': true } } }),
  );
  const { tables } = planMigrations(resources({ properties: titled }), before, nothing, [
    { collection: '/notes', plural: 'notes', lists: true },
  ]);
  expect(Object.keys(before['notes']?.indexes ?? {})).toEqual(['notes_by_id', 'notes_by_is_done']);
  expect(Object.keys(tables['notes']?.indexes ?? {})).toEqual(['notes_by_id']);
});

it('a list that cannot be made sense of keeps the indexes of a field that has another name now', () => {
  const isDone = { type: 'boolean', default: false, 'x-index': true };
  const before = tablesOf(resources({ properties: { ...titled, 'is-done': isDone } }));
  const properties = { ...titled, finished: { ...isDone, 'x-index': false, 'x-renamed-from': 'is-done' } };
  const { tables } = planMigrations(resources({ properties }), before, nothing, [
    { collection: '/notes', plural: 'notes', lists: true },
  ]);
  expect(tables['notes']?.indexes).toMatchObject({ notes_by_is_done: expect.stringContaining('finished') });
});

it.each<[string, Notes['properties']]>([
  ['refers to what is not there', { folder_id: { ...integer, minimum: 1, 'x-references': 'Foldr' } }],
  ['has what no column can hold', { folder_id: toFolder, labels: { type: 'array', items: text(9), maxItems: 9 } }],
])('what is left as it is because it %s keeps the key that it refers to', async (_name, slip) => {
  const before = tablesOf(resources({ properties: { ...titled, folder_id: toFolder }, ...folders }));
  const named = structuredClone(folders);
  Object.assign(named.schemas.Folder.properties, { name: nullable(text(50)) });
  const { resources: read, unmade } = resourcesOf(contract({ properties: { ...titled, ...slip }, ...named }));
  const plan = planMigrations(read, before, nothing, unmade);
  expect(plan.differences).toMatchObject([{ table: 'folders', column: 'name' }]);
  expect(plan.tables).toMatchObject({ notes: before['notes'], folders: { indexes: before['folders']?.indexes } });
  const { db, close } = await createDatabase();
  await (await creating(before)).up(db);
  await (await load(plan.before?.text ?? '')).up(db);
  await db('users').insert({ id: 'alice' });
  await db('folders').insert({ user_id: 'alice', name: 'a' });
  await db('notes').insert({ user_id: 'alice', title: 'a', folder_id: 1 });
  await expect(db('notes').insert({ user_id: 'alice', title: 'b', folder_id: 2 })).rejects.toMatchObject({
    code: '23503',
  });
  await close();
});

it.each<[string, object, object, string[]]>([
  ['a lower maximum', { ...integer, maximum: 9 }, { ...integer, maximum: 5 }, ['maximum is 5 and no longer 9']],
  ['a first minimum', integer, { ...integer, minimum: 0 }, ['minimum is 0']],
  [
    'a minimum and a maximum',
    { type: 'number' },
    { type: 'number', minimum: 0.5, maximum: 1 },
    ['minimum is 0.5, maximum is 1'],
  ],
  [
    'a higher minLength',
    { ...text(9), minLength: 1 },
    { ...text(9), minLength: 2 },
    ['minLength is 2 and no longer 1'],
  ],
  ['a first pattern', text(9), { ...text(9), pattern: '\\S' }, ['pattern is \\S']],
  ['another pattern', { ...text(9), pattern: 'a' }, { ...text(9), pattern: 'b' }, ['pattern is b and no longer a']],
  ['a first format', text(40), { ...text(40), format: 'uuid' }, ['format is uuid']],
  ['a value less', { ...integer, enum: [1, 2, 3] }, { ...integer, enum: [1, 2] }, ['it is one of 1, 2']],
  ['values at all', integer, { ...integer, enum: [1, 2] }, ['it is one of 1, 2']],
  ['a value more', { ...integer, enum: [1] }, { ...integer, enum: [1, 2] }, []],
  ['wider limits', { ...text(9), minLength: 2, pattern: 'a' }, { ...text(9), minLength: 1 }, []],
  ['no limits any more', { ...integer, minimum: 1, maximum: 9 }, integer, []],
  ['what its type holds', text(40), { ...moment, pattern: 'Z$' }, []],
  ['what its type holds, of a number', text(40), integer, []],
  ['what its check holds', text(9), { ...text(9), enum: ['a'] }, []],
])('a column that is held to %s is spoken of where no column holds it', (_name, from, to, expected) => {
  const document = contract({ properties: { old: { ...from } } });
  const { resources: before } = resourcesOf(document);
  const snapshot = withLimits(tablesOf(before), before, document);
  const changed = contract({ properties: { code: { ...to, 'x-renamed-from': 'old' } } });
  const found = resourcesOf(changed).resources.map((one) => narrowedColumns(one, snapshot, changed));
  expect(found).toMatchObject([expected.map((what) => ({ field: { name: 'code' }, what }))]);
  expect(resourcesOf(changed).resources.map((one) => narrowedColumns(one, tablesOf(before), changed))).toEqual([[]]);
});

it.each<[object, string, string | undefined]>([
  [{ ...text(40), format: 'uuid' }, 'garbage', 'must match format "uuid"'],
  [{ ...text(40), format: 'uuid' }, '0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e', undefined],
  [nullable({ ...text(40), format: 'date' }), '2026-02-31', 'must match format "date"'],
  [nullable({ ...text(40), format: 'date' }), '2026-02-28', undefined],
  [{ ...text(40), pattern: '^a', minLength: 2 }, 'a', 'must NOT have fewer than 2 characters'],
  [{ ...text(40), pattern: '^a', minLength: 2 }, 'ba', 'must match pattern "^a"'],
  [{ ...integer, enum: [1, 2] }, '3', 'must be one of 1, 2'],
  [{ ...integer, enum: [1, 2] }, '2', undefined],
  [integer, 'many', 'must be integer'],
  [{ type: 'number', multipleOf: 0.01 }, '19.99', undefined],
  [{ type: 'number', multipleOf: 0.01 }, '19.995', 'must be multiple of 0.01'],
  [{ type: 'boolean', enum: [true] }, 'false', 'must be one of true'],
  [{ oneOf: [moment, { type: 'null' }] }, '2026-02-30T00:00:00Z', 'must match format "date-time"'],
  [{ oneOf: [moment, { type: 'null' }] }, '2026-02-28T00:00:00Z', undefined],
])('rows of %j get %j only where it could be sent', (property, said, why) => {
  const document = contract({ properties: { code: { ...property } } });
  const allowed = { ...nothing, fill: { 'notes.code': said } };
  const complaints = unfitFills(
    { placeOf: placesIn(JSON.stringify(document)), document },
    resourcesOf(document).resources,
    allowed,
  );
  const expected = `openapi.yaml:1: --fill notes.code=${said}: it ${why}.`;
  expect(complaints).toEqual(why === undefined ? [] : [expected]);
});

it.each<[string, Notes['properties']]>([
  ['unique', { code: { ...text(20), 'x-unique': true } }],
  ['unique, with a default', { code: { ...text(20), default: 'a', 'x-unique': true } }],
  ['a reference', { code: { ...integer, minimum: 1, 'x-references': 'Folder' } }],
])(
  'a new field that must be there and is %s has to be optional first: no value is right for all rows',
  (_name, code) => {
    const before = tablesOf(resources({ properties: titled, ...folders }));
    const fill = { 'notes.code': '1' };
    const { differences } = planMigrations(resources({ properties: { ...titled, ...code }, ...folders }), before, {
      ...nothing,
      fill,
    });
    expect(differences.filter(({ column }) => column === 'code')).toMatchObject([
      { needs: [{ option: 'optional' }], fills: false },
    ]);
  },
);

it('rows of everybody become those of their owners by a migration of a person, and nothing is to be optional', () => {
  const shared = structuredClone(folders);
  Reflect.deleteProperty(shared.schemas.Folder.properties, 'user_id');
  const before = tablesOf(resources({ properties: titled, ...shared }));
  const owned = { properties: titled, ...folders };
  const { differences } = planMigrations(resources(owned), before, nothing);
  expect(refusalsOf(placesIn(JSON.stringify(contract(owned))), resources(owned), differences, nothing)).toEqual([
    'openapi.yaml:1: folders.user_id: user_id is new, and no value is right for all rows that are there. Whose they are a migration of your own has to say: npm run knex -- migrate:make NAME; then npm run migrations -- --taken.',
  ]);
});

it('a unique field that rows lack stops the migration that requires it, and the next try goes on', async () => {
  const code = (property: object) => ({ properties: { code: { ...property, 'x-unique': true } } });
  const before = tablesOf(resources(code(nullable(text(20)))));
  const plan = planMigrations(resources(code(text(20))), before, nothing);
  const { db, close } = await createDatabase();
  await (await creating(before)).up(db);
  await db('users').insert({ id: 'alice' });
  await db('notes').insert([{ user_id: 'alice', code: 'a' }, { user_id: 'alice' }]);
  const migration = await load(plan.before?.text ?? '');
  await expect(migration.up(db)).rejects.toThrow(
    'notes has rows without code, which is to be required. Give them a value, and migrate again.',
  );
  await db('notes').insert({ user_id: 'alice' }); // the servers of before go on meanwhile
  await db('notes')
    .whereNull('code')
    .update({ code: db.raw('id::text') });
  await migration.up(db);
  await expect(db('notes').insert({ user_id: 'alice' })).rejects.toMatchObject({ code: '23502' });
  await close();
});
