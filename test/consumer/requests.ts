// One sensible request for each operation of the contract, as a front end makes it with openapi-fetch.
import type { Client } from 'openapi-fetch';
import type { operations, paths } from '../../src/generated/client.ts';

export type OperationId = keyof operations;

/** Which task of whom. */
export interface Place {
  user_id: string;
  id: number;
}

/** What a request may be sent with. */
export interface Extras {
  /** On top of the client's own; null leaves one out. */
  headers?: Record<string, string | null>;
  /** In place of the query of the request. */
  querySerializer?: () => string;
  /** In place of `JSON.stringify`. */
  bodySerializer?: (body: object | undefined) => string;
}

type Send = (client: Client<paths>, place: Place, extras: Extras) => Promise<unknown>;

/** The compiler asks for one more as soon as the contract has one more operation. */
export const requests: Record<OperationId, Send> = {
  listTasks: (client, { user_id }, extras) =>
    client.GET('/api/{user_id}/tasks', {
      params: { path: { user_id }, query: { status: 'pending', sort: 'due_date', limit: 10, count: 'exact' } },
      ...extras,
    }),
  createTask: (client, { user_id }, extras) =>
    client.POST('/api/{user_id}/tasks', {
      params: { path: { user_id } },
      body: { title: 'Buy milk', due_date: '2026-03-01T10:00:00+01:00' },
      ...extras,
    }),
  getTask: (client, path, extras) => client.GET('/api/{user_id}/tasks/{id}', { params: { path }, ...extras }),
  updateTask: (client, path, extras) =>
    client.PUT('/api/{user_id}/tasks/{id}', {
      params: { path },
      body: { title: 'Buy oat milk', due_date: null },
      ...extras,
    }),
  deleteTask: (client, path, extras) => client.DELETE('/api/{user_id}/tasks/{id}', { params: { path }, ...extras }),
  toggleTaskComplete: (client, path, extras) =>
    client.PATCH('/api/{user_id}/tasks/{id}/complete', { params: { path }, ...extras }),

  getService: (client, _place, extras) => client.GET('/', { ...extras }),
  getHealth: (client, _place, extras) => client.GET('/health', { ...extras }),
  getReadiness: (client, _place, extras) => client.GET('/ready', { ...extras }),
  getMetrics: (client, _place, extras) => client.GET('/metrics', { parseAs: 'text', ...extras }),
  getContractYaml: (client, _place, extras) => client.GET('/openapi.yaml', { parseAs: 'text', ...extras }),
  getContractJson: (client, _place, extras) => client.GET('/openapi.json', { ...extras }),
  getDocs: (client, _place, extras) => client.GET('/docs', { parseAs: 'text', ...extras }),
  getTryPage: (client, _place, extras) => client.GET('/docs/try', { parseAs: 'text', ...extras }),
};
