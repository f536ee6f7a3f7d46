// The check of answers against the contract finds what is wrong with them.
import { expect, it } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import { type Answer, contractCheck } from '../support/contract-check.ts';

const breaches = contractCheck(loadContract());
const task = {
  id: 42,
  user_id: 'alice',
  title: 'Buy milk',
  description: null,
  completed: false,
  due_date: null,
  created_at: '2026-02-20T16:45:00.120Z',
  updated_at: '2026-02-20T16:45:00.120Z',
};

function answer(change: { status?: number; headers?: Record<string, string>; text?: string } = {}): Answer {
  const { status = 200, headers, text = JSON.stringify(task) } = change;
  const usual = { 'Content-Type': 'application/json; charset=utf-8', 'X-Request-Id': 'a', ETag: '"1"' };
  return { status, headers: new Headers(headers ?? usual), text };
}

it('an answer as documented is no breach, whatever else it brings along', () => {
  expect(breaches('getTask', answer())).toEqual([]);
  const headers = { 'Content-Type': 'application/json', 'X-Request-Id': 'a', ETag: '"1"', 'X-Other': 'b' };
  expect(breaches('getTask', answer({ headers }))).toEqual([]);
  expect(breaches('deleteTask', answer({ status: 204, headers: { 'X-Request-Id': 'a' }, text: '' }))).toEqual([]);
});

it.each<[string, Answer, string]>([
  ['a status', answer({ status: 418 }), 'does not document the status 418'],
  [
    'a missing header',
    answer({ headers: { 'Content-Type': 'application/json', ETag: '"1"' } }),
    'X-Request-Id is missing',
  ],
  ['a media type', answer({ headers: { 'X-Request-Id': 'a', ETag: '"1"', 'Content-Type': 'text/html' } }), 'text/html'],
  ['no media type', answer({ headers: { 'X-Request-Id': 'a', ETag: '"1"' } }), 'the media type is none'],
  ['a value', answer({ text: JSON.stringify({ ...task, completed: 'no' }) }), '/completed must be boolean'],
  ['a moment', answer({ text: JSON.stringify({ ...task, created_at: '2026-02-20' }) }), '/created_at must match'],
  ['a stray field', answer({ text: JSON.stringify({ ...task, version: 1 }) }), 'must NOT have additional properties'],
  ['a missing field', answer({ text: JSON.stringify({ ...task, id: undefined }) }), "must have required property 'id'"],
  ['a body where none belongs', answer({ status: 304 }), 'there is a body where none is documented'],
])('%s that the contract does not document is named', (_name, given, breach) => {
  expect(breaches('getTask', given).join('\n')).toContain(breach);
});

it('a header that is not what its schema says is named', () => {
  const headers = { 'Content-Type': 'application/json', 'X-Request-Id': 'a', 'X-Total-Count': 'many' };
  expect(breaches('listTasks', answer({ headers, text: '[]' }))).toEqual(['X-Total-Count must be integer']);
});
