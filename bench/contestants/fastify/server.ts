// Fastify 5 as its documentation recommends: schemas for what comes in and for what goes out, and pg.
import { randomUUID } from 'node:crypto';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fastify, { type FastifyReply, type FastifySchemaValidationError } from 'fastify';
import { callerOf } from '../caller.ts';
import { asRefusal, problemBody, Refusal, type RefusedValue, unprocessable } from '../problem.ts';
import { create, find, type ListQuery, list, remove, type TaskRow, toggle, update, type Values } from '../rows.ts';
import { schemas } from './schemas.ts';

type Item = { Params: { user_id: string; id: number } };
type Collection = { Params: { user_id: string } };

const app = fastify({
  genReqId: ({ headers }) => String(headers['x-request-id'] ?? randomUUID()),
  bodyLimit: 100 * 1024,
  keepAliveTimeout: 65_000,
});
// Text becomes numbers in paths and queries; in JSON, a text is a text.
const inText = new Ajv({ coerceTypes: true, useDefaults: true });
const inJson = new Ajv();
formats.default(inJson);
app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? inJson : inText).compile(schema));
app.addHook<Collection>('onRequest', async ({ id, headers, params }, reply) => {
  reply.header('X-Request-Id', id);
  callerOf(headers.authorization, params.user_id);
});
app.setErrorHandler<Failure>((error, request, reply) => {
  const refusal = refusalOf(error);
  if (refusal.status === 401) reply.header('WWW-Authenticate', 'Bearer');
  const body = JSON.stringify(problemBody(refusal, request.id));
  return reply.code(refusal.status).type('application/problem+json').send(body);
});

const collection = '/api/:user_id/tasks';
const item = `${collection}/:id`;

app.get<Collection & { Querystring: ListQuery }>(collection, { schema: schemas.list }, async (request, reply) => {
  const { rows, next } = await list(request.params.user_id, request.query);
  if (next !== undefined) reply.header('Link', `<${nextUrl(request.url, next)}>; rel="next"`);
  return rows;
});
app.post<Collection & { Body: Values }>(
  collection,
  { schema: schemas.create },
  async ({ params, body, url }, reply) => {
    const row = await create(params.user_id, body);
    reply.code(201).header('Location', `${url}/${row.id}`);
    return tagged(reply, row);
  },
);
app.get<Item>(item, { schema: schemas.item }, async ({ params }, reply) =>
  tagged(reply, await find(params.user_id, params.id)),
);
app.put<Item & { Body: Values }>(item, { schema: schemas.update }, async ({ params, body }, reply) =>
  tagged(reply, await update(params.user_id, params.id, body)),
);
app.delete<Item>(item, { schema: schemas.item }, async ({ params }, reply) => {
  await remove(params.user_id, params.id);
  return reply.code(204).send();
});
app.patch<Item>(`${item}/complete`, { schema: schemas.item }, async ({ params }, reply) =>
  tagged(reply, await toggle(params.user_id, params.id)),
);

process.once('SIGTERM', () => process.exit(0));
process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);

/** The serialiser leaves the version out. */
function tagged(reply: FastifyReply, row: TaskRow): TaskRow {
  reply.header('ETag', `"${row.version}"`);
  return row;
}

function nextUrl(url: string, cursor: string): string {
  const [path, query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters}`;
}

type Failure = Error & { validation?: FastifySchemaValidationError[]; validationContext?: string; statusCode?: number };

function refusalOf(error: Failure): Refusal {
  const { validation, validationContext, statusCode = 500, message } = error;
  if (validation === undefined) return statusCode < 500 ? new Refusal(statusCode, message) : asRefusal(error);
  const unknown = validation.some(({ keyword }) => keyword === 'additionalProperties');
  if (unknown && validationContext === 'querystring') return new Refusal(400, message);
  return unprocessable(validation.map((refused) => refusedValue(refused, validationContext)));
}

function refusedValue(
  { instancePath, keyword, message = '' }: FastifySchemaValidationError,
  where?: string,
): RefusedValue {
  const named = where === 'body' ? { pointer: instancePath } : { parameter: instancePath.slice(1) };
  return { ...named, message, code: keyword };
}
