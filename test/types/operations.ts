// What must not compile. `tsc` wants an error under each @ts-expect-error; types.test.ts reads what the errors say.
import { JsonText } from '../../src/contract/json-text.ts';
import type { Answer, Operations } from '../../src/contract/operation.ts';
import { OwnedModel } from '../../src/database/models.ts';
import type { Scope } from '../../src/database/scope.ts';
import { taskHandlers } from '../../src/resources/tasks/handlers.ts';
import { Task } from '../../src/resources/tasks/model.ts';
import { serviceHandlers } from '../../src/service/handlers.ts';

const task = {
  id: 1,
  user_id: 'alice',
  title: 'Buy milk',
  description: null,
  completed: false,
  due_date: null,
  created_at: '2026-03-01T09:00:00.000Z',
  updated_at: '2026-03-01T09:00:00.000Z',
};
declare const answerOfHealth: Answer<'getHealth'>;
const { deleteTask: _deleteTask, ...incomplete } = taskHandlers;

export const missingHandler = {
  ...serviceHandlers,
  ...incomplete,
  // @ts-expect-error deleteTask has no handler
} satisfies Operations;

export const unknownOperation = {
  // @ts-expect-error the contract has no such operation
  archiveTask: () => undefined,
} satisfies Partial<Operations>;

export const undocumentedStatus = {
  // @ts-expect-error getTask does not answer 202
  getTask: ({ reply }) => reply(202, task, { ETag: '"1"' }),
} satisfies Partial<Operations>;

export const problemAsReply = {
  // @ts-expect-error problems are thrown, not replied
  getTask: ({ reply }) => reply(404),
} satisfies Partial<Operations>;

export const wrongBody = {
  // @ts-expect-error a title is text
  getTask: ({ reply }) => reply(200, { ...task, title: 1 }, { ETag: '"1"' }),
} satisfies Partial<Operations>;

export const extraField = {
  // @ts-expect-error the contract has no such field
  getTask: async ({ reply }) => reply(200, { ...task, colour: 'red' }, { ETag: '"1"' }),
} satisfies Partial<Operations>;

export const wrongText = {
  // @ts-expect-error the text of a list is not that of a task (in 3 lines)
  getTask: ({ reply }) => reply(200, new JsonText<(typeof task)[]>('[]'), { ETag: '"1"' }),
} satisfies Partial<Operations>;

export const bodyWhereThereIsNone = {
  // @ts-expect-error 204 has no body
  deleteTask: ({ reply }) => reply(204, task),
} satisfies Partial<Operations>;

export const missingHeader = {
  // @ts-expect-error the contract promises an ETag
  getTask: ({ reply }) => reply(200, task),
} satisfies Partial<Operations>;

export const extraHeader = {
  // @ts-expect-error the contract has no such header
  getTask: ({ reply }) => reply(200, task, { ETag: '"1"', 'X-Colour': 'red' }),
} satisfies Partial<Operations>;

export const unknownParameter = {
  // @ts-expect-error listTasks has no such parameter
  listTasks: ({ query, reply }) => reply(200, query.colour === 'red' ? [task] : []),
} satisfies Partial<Operations>;

export const unknownBodyField = {
  // @ts-expect-error TaskCreate has no such field
  createTask: ({ body, reply }) => reply(201, { ...task, title: body.name }, { ETag: '"1"', Location: '/' }),
} satisfies Partial<Operations>;

export const noReply = {
  // @ts-expect-error only `reply` makes an answer (in 3 lines)
  getHealth: () => ({ status: 200, body: { status: 'ok' }, headers: {} }),
} satisfies Partial<Operations>;

export const replyOfAnother = {
  // @ts-expect-error the answer of one operation is not that of another (in 4 lines)
  getReadiness: () => answerOfHealth,
} satisfies Partial<Operations>;

export const rowsWithoutOwner = {
  // @ts-expect-error an operation without a user has no rows
  getHealth: ({ reply }, service) => reply(200, { status: service.rows === undefined ? 'ok' : 'ok' }),
} satisfies Partial<Operations>;

class Step extends OwnedModel {
  static override readonly schema = 'Task'; // stands for the schema of a step, which this contract has not
  static override readonly parents = { task_id: 'tasks' };
}

export const misspelt = (scope: Scope) =>
  // @ts-expect-error a task has no titel
  scope.rows(Task).create({ titel: 'x' });

export const partOfWhat = (scope: Scope) => [
  scope.rows(Task),
  scope.rows(Step, { task_id: 1 }),
  // @ts-expect-error a step is part of a task
  scope.rows(Step),
  // @ts-expect-error a step is part of a task and of nothing else
  scope.rows(Step, { note_id: 1 }),
  // @ts-expect-error a task is part of nothing
  scope.rows(Task, { list_id: 1 }),
];
