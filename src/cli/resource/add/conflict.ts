// What a unique field adds to the contract: the problem of a value that another row of the owner has already.
import type { Document } from '../../../contract/document.ts';
import type { NewResource } from './new-resource.ts';
import { headers, ref } from './reference.ts';
import type { Splice } from './splice.ts';

type Components = Record<string, unknown>;

const both = 'IdempotencyKeyInUseOrConflict';

export function isUnique({ fields }: NewResource): boolean {
  return fields.some(({ unique }) => unique);
}

/** The response of the 409 that a creation can end in. */
export function conflictOfCreate(resource: NewResource): string {
  return isUnique(resource) ? both : 'IdempotencyKeyInUse';
}

/** Those of its components that the contract does not have yet. */
export function conflictComponents(document: Document): { schemas: Components; responses: Components } {
  const { schemas, responses } = document.components;
  return {
    schemas: 'ConflictProblem' in schemas ? {} : { ConflictProblem: conflictSchema },
    responses: {
      ...(!('Conflict' in responses) && { Conflict: conflictResponse }),
      ...(!(both in responses) && { [both]: responseOfBoth }),
    },
  };
}

/** The table of errors, if the contract has one, names each problem. */
export function addConflictToTable(splice: Splice, document: Document): void {
  if (String(document.info['description']).includes('`/docs#conflict`')) return;
  const row =
    '| 409 | <a id="conflict"></a>`/docs#conflict` | Another of your items has this value already, and it must be unique. |';
  splice.addLine(['info', 'description'], '`/docs#idempotency-key-in-use`', row);
}

const instance = '0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e';

const conflictSchema = {
  allOf: [ref('schemas', 'Problem')],
  properties: { type: { const: '/docs#conflict' }, title: { const: 'Conflict' }, status: { const: 409 } },
};

const taken = {
  summary: 'Another item has this value',
  value: {
    type: '/docs#conflict',
    title: 'Conflict',
    status: 409,
    detail: 'code is the value of another one already.',
    instance,
    errors: [{ pointer: '/code', message: 'is the value of another one already', code: 'unique' }],
  },
};

const running = {
  summary: 'The first request is not done yet',
  value: {
    type: '/docs#idempotency-key-in-use',
    title: 'Idempotency Key In Use',
    status: 409,
    detail: 'A request with this Idempotency-Key is still running.',
    instance,
  },
};

const conflictResponse = {
  description: 'Another of your items has a value that must be unique.',
  headers: headers('X-Request-Id'),
  content: { 'application/problem+json': { schema: ref('schemas', 'ConflictProblem'), examples: { taken } } },
};

const responseOfBoth = {
  description:
    'A request with this `Idempotency-Key` is still running, or another of your items has a value that must be unique.',
  headers: {
    'Retry-After': {
      description: 'How many seconds to wait before trying again. Only while another request is running.',
      schema: { type: 'integer', minimum: 0 },
      example: 5,
    },
    ...headers('X-Request-Id'),
  },
  content: {
    'application/problem+json': {
      schema: { oneOf: [ref('schemas', 'IdempotencyKeyInUseProblem'), ref('schemas', 'ConflictProblem')] },
      examples: { running, taken },
    },
  },
};
