// The operations on tasks: all that is special about them. What every owned resource does stands in `OwnedRows`.
import { raw } from 'objection';
import type { Operations } from '../../contract/operation.ts';
import { contains } from '../../database/search.ts';
import { entityTag, versionsIn } from '../../http/entity-tag.ts';
import { itemAddress, pageHeaders } from '../../http/links.ts';
import { Task } from './model.ts';

export const taskHandlers = {
  listTasks: async ({ query, url, reply }, scope) => {
    const { status, q, sort, order } = query;
    const page = await scope.rows(Task).page(query, {
      sort: { ...Task.sorts[sort], ...(order && { order }) },
      filter: (tasks) => {
        if (status !== 'all') tasks.where('completed', status === 'completed');
        if (q !== undefined) contains(tasks, Task.searched, q);
      },
    });
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
    const toggled = { completed: raw('not completed') };
    const { row, version } = await scope.rows(Task).update({ id: params.id }, toggled, versionsIn(headers['If-Match']));
    return reply(200, row, { ETag: entityTag(version) });
  },
} satisfies Partial<Operations>;
