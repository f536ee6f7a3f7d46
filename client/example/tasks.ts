// What a front end does with the API, a function each: read every page, create once, save without overwriting, explain.
import { type Client, nextPage, type Problem, type RefusedValue, type Task } from '@deed/tasks-client';

/** Everything that is still to be done, however many pages it fills. */
export async function pendingTasks(api: Client, user_id: string): Promise<Task[]> {
  const tasks: Task[] = [];
  let page: { cursor?: string } | undefined = {};
  while (page !== undefined) {
    const { data, error, response } = await api.GET('/api/{user_id}/tasks', {
      params: { path: { user_id }, query: { status: 'pending', sort: 'title', limit: 2, ...page } },
    });
    if (error) throw new Error(explain(error));
    tasks.push(...data);
    page = nextPage(response);
  }
  return tasks;
}

/** Make one key for each thing that is to be created, and keep it for the retries: they create nothing twice. */
export async function addTask(api: Client, user_id: string, title: string, key: string): Promise<Task> {
  const { data, error } = await api.POST('/api/{user_id}/tasks', {
    params: { path: { user_id }, header: { 'Idempotency-Key': key } },
    body: { title },
  });
  if (error) throw new Error(explain(error));
  return data;
}

/** A task as it was read, with the version that a change will name. */
export interface ReadTask {
  task: Task;
  version: string;
}

export async function readTask(api: Client, user_id: string, id: number): Promise<ReadTask> {
  const { data, error, response } = await api.GET('/api/{user_id}/tasks/{id}', { params: { path: { user_id, id } } });
  if (error) throw new Error(explain(error));
  return { task: data, version: response.headers.get('ETag') ?? '*' };
}

/** Saves a title unless somebody was faster; then it answers what they made of the task. */
export async function rename(api: Client, { task, version }: ReadTask, title: string) {
  const { id, user_id } = task;
  const { data, error } = await api.PUT('/api/{user_id}/tasks/{id}', {
    params: { path: { user_id, id }, header: { 'If-Match': version } },
    body: { title },
  });
  if (error?.type === '/docs#precondition-failed') {
    return { saved: false, task: (await readTask(api, user_id, id)).task };
  }
  if (error) throw new Error(explain(error));
  return { saved: true, task: data };
}

/** A problem for people. The compiler knows the types, and that `errors` is there when a value was refused. */
export function explain(problem: Problem): string {
  switch (problem.type) {
    case '/docs#unauthorized':
      return 'Please sign in again.';
    case '/docs#not-found':
      return 'This task is gone.';
    case '/docs#unprocessable-content':
      return problem.errors.map((value) => `${nameOf(value)} ${value.message}`).join(', ');
    default:
      return `${problem.title}: ${problem.detail} (${problem.instance})`;
  }
}

/** It has one name of three; the pointer to the whole body is empty. */
function nameOf({ pointer, parameter, header }: RefusedValue): string {
  return pointer || parameter || header || 'The body';
}
