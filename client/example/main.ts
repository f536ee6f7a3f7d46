// Walks through tasks.ts and token.ts against a server, as a front end would: `node main.js BASE_URL TOKEN USER_ID` prints how it went.
import { createClient } from '@deed/tasks-client';
import { addTask, explain, pendingTasks, readTask, rename } from './tasks.ts';
import { keptToken } from './token.ts';

// So that it compiles where there are no types of Node.
declare const process: { argv: string[] };

const [baseUrl = '', token = '', user = ''] = process.argv.slice(2);
const api = createClient({ baseUrl, token: keptToken(async () => token) });

const key = crypto.randomUUID();
const created = await addTask(api, user, 'Buy milk', key);
const retried = await addTask(api, user, 'Buy milk', key);
for (const title of ['Call Bob', 'Dust', 'Eat']) await addTask(api, user, title, crypto.randomUUID());

const read = await readTask(api, user, created.id);
const first = await rename(api, read, 'Buy oat milk');
const late = await rename(api, read, 'Buy soy milk');

const { error } = await api.POST('/api/{user_id}/tasks', { params: { path: { user_id: user } }, body: { title: '' } });
const refused = error && explain(error);

const pending = (await pendingTasks(api, user)).map(({ title }) => title);

// biome-ignore lint/suspicious/noConsole: what a program is asked for, it prints.
console.log(JSON.stringify({ created, retried, first, late, refused, pending }, null, 2));
