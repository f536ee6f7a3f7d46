// The contract as it stands: what it must say of every operation and problem, and that the tables hold what its schemas say.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadContract } from '../../src/contract/contract.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import { createDatabase } from '../support/database.ts';

const source = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');

describe('the contract', () => {
  const contract = loadContract();

  it('says the same to another reader of YAML', () => {
    expect(contract.document).toEqual(parse(source));
  });

  it('gives every problem its type, title and status, and lists each in the table of errors', () => {
    const { description } = parse(source).info;
    expect(Object.keys(contract.problems).length).toBeGreaterThan(10);
    for (const [name, { type, title, status }] of Object.entries(contract.problems)) {
      expect([name, title]).toEqual([name, expect.stringMatching(/^[A-Z]/)]);
      expect(description).toContain(`| ${status} | <a id="${type.replace(/.*#/, '')}"></a>\`${type}\` |`);
    }
  });

  it('documents for every operation with a body that it can be too large, of another type, or unreadable', () => {
    for (const { id, body, responses } of contract.operations) {
      expect([id, 413, responses.has(413)]).toEqual([id, 413, body !== 'none']);
      expect([id, 415, responses.has(415)]).toEqual([id, 415, body !== 'none']);
      expect([id, 400, responses.has(400)]).toEqual([id, 400, true]);
    }
  });

  it('documents for every operation with a token all that can happen on the way to a row', () => {
    for (const { id, secured, ownerParameter, responses } of contract.operations) {
      for (const status of [401, ...(ownerParameter === undefined ? [] : [403]), 429, 503]) {
        if (secured) expect([id, status, responses.has(status)]).toEqual([id, status, true]);
      }
    }
  });
});

const stored = { 'timestamptz(3)': 'timestamp with time zone', varchar: 'character varying' } as Record<string, string>;

describe('the table', async () => {
  const { db, close } = await createDatabase();
  afterAll(close);
  const { resources } = resourcesOf(loadContract().document);

  it.each(resources.map((resource) => [resource.table, resource] as const))(
    '%s holds what the schema says: name, type, length and whether it may be null',
    async (table, { fields, owner }) => {
      const { rows } = await db.raw(
        `select column_name, is_nullable, data_type, character_maximum_length from information_schema.columns where table_name = ?`,
        [table],
      );
      const found = rows.map((row: Record<string, unknown>) => [
        row['column_name'],
        [row['data_type'], row['character_maximum_length'], row['is_nullable'] === 'YES'],
      ]);
      const expected = fields.map(({ name, type, length = null, nullable }) => [
        name,
        [stored[type] ?? type, length, nullable],
      ]);
      expect(Object.fromEntries(found)).toEqual({
        ...Object.fromEntries(expected),
        id: ['bigint', null, false],
        ...(owner !== 'nobody' && { user_id: ['text', null, false] }),
        created_at: ['timestamp with time zone', null, false],
        updated_at: ['timestamp with time zone', null, false],
        version: ['bigint', null, false],
      });
    },
  );
});
