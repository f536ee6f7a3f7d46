// The operations on tasks: all that is special about them. What every owned resource does stands in `OwnedRows`.
import type { Operations } from '../../contract/operation.ts';
import { entityTag, versionsIn } from '../../http/entity-tag.ts';
import { itemAddress, pageHeaders } from '../../http/links.ts';
import { Task } from './model.ts';

export const taskHandlers = {
  listTasks: async ({ query, url, reply }, scope) => {
    const page = await scope.rows(Task).page(query);
    return reply(200, page.rows, pageHeaders(url, page));
  },

  createTask: async ({ body, url, reply }, scope) => {
    const { row, version } = await scope.rows(Task).create(body);
    return reply(201, row, { ETag: entityTag(version), Location: itemAddress(url, row.id) });
  },

  getTask: async ({ params, reply }, scope) => {
    const { row, version } = await scope.rows(Task).find({ id: params.id });
    return reply(200, row, { ETag: entityTag(version) });
  },

  updateTask: async ({ params, headers, body, reply }, scope) => {
    const { row, version } = await scope.rows(Task).update({ id: params.id }, body, versionsIn(headers['If-Match']));
    return reply(200, row, { ETag: entityTag(version) });
  },

  deleteTask: async ({ params, headers, reply }, scope) => {
    await scope.rows(Task).remove({ id: params.id }, versionsIn(headers['If-Match']));
    return reply(204);
  },

  toggleTaskComplete: async ({ params, headers, reply }, scope) => {
    const key = { id: params.id };
    const { row, version } = await scope.rows(Task).toggle(key, 'completed', versionsIn(headers['If-Match']));
    return reply(200, row, { ETag: entityTag(version) });
  },
} satisfies Partial<Operations>;
