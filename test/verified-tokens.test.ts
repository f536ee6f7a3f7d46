// The memory of tokens that were found good: bounded, and never a reason to let in what is not good any more.
import { createLocalJWKSet } from 'jose';
import { expect, it } from 'vitest';
import { VerifiedTokens } from '../src/auth/verified-tokens.ts';

const set = createLocalJWKSet({ keys: [] });
const principal = { id: 'alice', email: null };

it('a token is known until it expires', () => {
  const tokens = new VerifiedTokens();
  tokens.add('token', { principal, until: 1000, keys: set });
  expect(tokens.get('token', set, 999)).toBe(principal);
  expect(tokens.get('another', set, 999)).toBeUndefined();
  expect(tokens.get('token', set, 1000)).toBeUndefined();
});

it('a token is unknown once the keys have been fetched again', () => {
  const tokens = new VerifiedTokens();
  tokens.add('token', { principal, until: 1000, keys: set });
  expect(tokens.get('token', createLocalJWKSet({ keys: [] }), 0)).toBeUndefined();
});

it('when there are too many, what was not seen for the longest time is forgotten', () => {
  const tokens = new VerifiedTokens(6);
  for (const name of ['a', 'b', 'c']) tokens.add(name, { principal, until: 1000, keys: set });
  tokens.get('a', set, 0);
  for (const name of ['d', 'e']) tokens.add(name, { principal, until: 1000, keys: set });
  const known = ['b', 'c', 'a', 'd', 'e'].filter((name) => tokens.get(name, set, 0) !== undefined);
  expect(known).toEqual(['a', 'd', 'e']);
});
