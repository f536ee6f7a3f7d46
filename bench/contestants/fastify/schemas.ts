// What Fastify is told of the contract: schemas to check requests by, and to print answers by.

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const dateTime = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
};
const fields = {
  title: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' },
  description: { type: ['string', 'null'], maxLength: 1000 },
  completed: { type: 'boolean' },
  due_date: nullable(dateTime),
};
const closed = { type: 'object', additionalProperties: false };

/** What is printed has been stored, and is not checked again. */
const text = { type: 'string' };
const moment = { type: 'string', format: 'date-time' };
const task = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    user_id: text,
    title: text,
    description: { type: ['string', 'null'] },
    completed: { type: 'boolean' },
    due_date: { ...moment, nullable: true },
    created_at: moment,
    updated_at: moment,
  },
};

const params = {
  type: 'object',
  properties: { user_id: text, id: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
};
const querystring = {
  ...closed,
  properties: {
    status: { type: 'string', enum: ['all', 'pending', 'completed'], default: 'all' },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    cursor: { type: 'string', minLength: 1, maxLength: 4000 },
  },
};

export const schemas = {
  list: { params, querystring, response: { 200: { type: 'array', items: task } } },
  create: { params, body: { ...closed, required: ['title'], properties: fields }, response: { 201: task } },
  item: { params, response: { 200: task } },
  update: { params, body: { ...closed, minProperties: 1, properties: fields }, response: { 200: task } },
};
