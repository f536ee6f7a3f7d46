// The same libraries as Deed's, put together as their tutorials do: Express, express-openapi-validator, Objection.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { middleware } from 'express-openapi-validator';
import jwt from 'jsonwebtoken';
import { raw } from 'objection';
import { readCursor, writeCursor } from '../cursor.ts';
import { serve } from '../listen.ts';
import { asRefusal, problemBody, Refusal, unprocessable } from '../problem.ts';
import { secret } from '../settings.ts';
import { Task } from './task.ts';

const app = express();

app.use((req, res, next) => {
  res.locals.requestId = String(req.headers['x-request-id'] ?? randomUUID());
  res.setHeader('X-Request-Id', res.locals.requestId);
  next();
});
app.use(express.json());
app.use(
  middleware({
    apiSpec: new URL('../../../../openapi.yaml', import.meta.url).pathname,
    validateSecurity: { handlers: { bearerAuth: identify } },
    ajvFormats: { mode: 'full' },
  }),
);
app.param('user_id', (_req, res, next, owner) => {
  if (res.locals.user !== owner) throw new Refusal(403, 'The token does not belong to the user in the path.');
  next();
});

app.get('/api/:user_id/tasks', async (req, res) => {
  const { status, cursor, limit } = req.query as unknown as { status: string; cursor?: string; limit: number }; // admitted
  const query = Task.query().where({ user_id: req.params.user_id });
  if (status !== 'all') query.where({ completed: status === 'completed' });
  if (cursor !== undefined) query.whereRaw('(created_at, id) < (?, ?)', readCursor(cursor));
  const rows = await query.orderByRaw('created_at desc, id desc').limit(limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  if (last !== undefined) {
    const parameters = new URLSearchParams({ status, limit: String(limit), cursor: writeCursor(last) });
    res.set('Link', `<${req.path}?${parameters}>; rel="next"`);
  }
  res.json(rows.slice(0, limit));
});

app.post('/api/:user_id/tasks', async (req, res) => {
  const task = await Task.query()
    .insert({ ...req.body, user_id: req.params.user_id })
    .returning('*');
  res.location(`${req.path}/${task.id}`);
  send(res.status(201), task);
});

app.get('/api/:user_id/tasks/:id', async (req, res) => {
  send(res, await Task.query().findOne(req.params));
});

app.put('/api/:user_id/tasks/:id', async (req, res) => {
  send(res, await Task.change(req.params, req.body));
});

app.delete('/api/:user_id/tasks/:id', async (req, res) => {
  if ((await Task.query().delete().where(req.params)) === 0) throw notFound();
  res.status(204).end();
});

app.patch('/api/:user_id/tasks/:id/complete', async (req, res) => {
  send(res, await Task.change(req.params, { completed: raw('not completed') }));
});

app.use(((error, _req, res, _next) => {
  const refusal = refusalOf(error);
  if (refusal.status === 401) res.set('WWW-Authenticate', 'Bearer');
  res.status(refusal.status).type('application/problem+json').json(problemBody(refusal, res.locals.requestId));
}) satisfies ErrorRequestHandler);

serve(createServer(app));

function send(res: Response, task: Task | undefined): void {
  if (task === undefined) throw notFound();
  res.set('ETag', `"${task.version}"`).json(task);
}

function notFound(): Refusal {
  return new Refusal(404, 'There is nothing at this address.');
}

function identify({ headers: { authorization = '' }, res }: Request): boolean {
  const claims = jwt.verify(authorization.replace(/^Bearer /, ''), secret);
  if (res !== undefined && typeof claims === 'object') res.locals.user = claims.sub;
  return true;
}

interface Failure extends Error {
  status?: number;
  errors?: { path: string; message: string; errorCode?: string }[];
}

/** The validator says 400 of every value, where this contract says 422. */
function refusalOf(error: Failure): Refusal {
  const { status = 500, errors = [], message } = error;
  if (error instanceof Refusal || status >= 500) return asRefusal(error);
  if (status !== 400 || errors.length === 0 || message.startsWith('Unknown query')) return new Refusal(status, message);
  return unprocessable(
    errors.map(({ path, message, errorCode = 'invalid' }) => ({
      ...(path.startsWith('/body')
        ? { pointer: path.slice('/body'.length) }
        : { parameter: path.split('/').at(-1) ?? '' }),
      message,
      code: errorCode.split('.')[0] ?? errorCode,
    })),
  );
}
