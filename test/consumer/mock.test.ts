// The mock answers a front end as the contract says, and otherwise when it is asked to.
import createClient from 'openapi-fetch';
import { expect, it } from 'vitest';
import type { paths } from '../../client/src/generated/contract.ts';
import { request } from '../support/api.ts';
import { startMock } from '../support/prism.ts';
import { consumerSuite } from './suite.ts';

const url = await startMock();
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: 'Bearer anything' } });
const params = { path: { user_id: 'alice' } };

consumerSuite('the mock', { healthy: url, strict: url, limited: url, broken: url, unreachable: url });

it('the mock answers with the example that Prefer names', async () => {
  const { data } = await client.GET('/api/{user_id}/tasks', { params, headers: { Prefer: 'example=empty' } });
  expect(data).toEqual([]);
});

it('the pages of the mock come to an end', async () => {
  const { response } = await client.GET('/api/{user_id}/tasks', { params });
  expect(response.headers.get('Link') ?? '').not.toContain('next');
});

it('the mock outlives a path that it cannot decode', async () => {
  fetch(`${url}/api/alice/tasks/%FF`).catch(() => {}); // there is no answer
  for (let n = 0; n < 3; n += 1) expect((await request(`${url}/health`, 'GET', {})).status).toBe(200);
});

it.each([
  ['/api/bob/tasks', 200],
  ['/api/alice/tasks?no_such_parameter=1', 200],
  ['/api/alice/tasks?cursor=made-up&offset=1', 200],
  ['/api/alice/tasks?q=', 200],
  ['/api/alice/tasks/01', 200],
  ['/api/alice/tasks/', 422],
])('the mock does not see what the README says: %s is %i', async (path, status) => {
  expect((await request(url + path, 'GET', { as: 'alice' })).status).toBe(status);
});
