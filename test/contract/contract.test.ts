// The contract is the one source: the server follows a copy that says something else, and refuses one that does not fit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Document, parseDocument, YAMLMap } from 'yaml';
import { writeBuilt } from '../../src/contract/built.ts';
import { loadContract } from '../../src/contract/contract.ts';
import { readDocument } from '../../src/contract/document.ts';
import { wrongWords } from '../../src/contract/valid/extensions.ts';
import { assertMeaning } from '../../src/contract/valid/valid.ts';
import { createTask, problemOf, startApi } from '../support/api.ts';
import { exampleBody } from '../support/contract-requests.ts';
import { createDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';

const source = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');

type Path = (string | number)[];

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

/** A copy of the contract in which some things stand otherwise. */
function copy(change: (contract: Document) => void): URL {
  const contract = parseDocument(source);
  change(contract);
  const file = join(temporaryFolder(), 'openapi.yaml');
  writeFileSync(file, contract.toString());
  return pathToFileURL(file);
}

describe('the server follows the contract', async () => {
  const contract = loadContract(
    copy((other) => {
      const tasks = other.getIn(['paths', '/api/{user_id}/tasks']);
      other.deleteIn(['paths', '/api/{user_id}/tasks']);
      other.setIn(['paths', '/v2/people/{user_id}/chores'], tasks);
      other.addIn(['paths', '/v2/people/{user_id}/chores', 'get', 'parameters'], {
        name: 'title',
        in: 'query',
        'x-filter': true,
        schema: { type: 'string' },
      });
      other.setIn(['components', 'parameters', 'Limit', 'schema', 'default'], 2);
      other.setIn(['components', 'parameters', 'Limit', 'schema', 'maximum'], 3);
      other.setIn(['components', 'schemas', 'TaskCreate', 'properties', 'title', 'maxLength'], 5);
      other.setIn(['components', 'schemas', 'Flag'], { type: 'boolean', default: false });
      const besideReference = { $ref: '#/components/schemas/Flag', default: true };
      other.setIn(['components', 'schemas', 'TaskCreate', 'properties', 'completed'], besideReference);
      other.setIn(['components', 'schemas', 'NotFoundProblem', 'properties', 'title', 'const'], 'Nowhere');
    }),
  );
  const api = await startApi({}, contract);
  const chores = '/v2/people/alice/chores';

  it('to another path', async () => {
    problemOf(await api.request('GET', '/api/alice/tasks', { as: 'alice' }), 404);
    expect((await api.request('GET', chores, { as: 'alice' })).status).toBe(200);
  });

  it('to other limits and defaults', async () => {
    problemOf(await api.request('POST', chores, { as: 'alice', json: { title: '123456' } }), 422);
    for (const title of ['1', '2', '3', '4']) {
      const { json, headers } = await api.request('POST', chores, { as: 'alice', json: { title } });
      expect(json).toMatchObject({ completed: true });
      expect(headers.get('location')).toMatch(/^\/v2\/people\/alice\/chores\/\d+$/);
    }
    expect((await api.request('GET', chores, { as: 'alice' })).json).toHaveLength(2);
    problemOf(await api.request('GET', `${chores}?limit=4`, { as: 'alice' }), 422);
  });

  it('to another filter', async () => {
    await api.request('POST', '/v2/people/bob/chores', { as: 'bob', json: { title: 'wash' } });
    await api.request('POST', '/v2/people/bob/chores', { as: 'bob', json: { title: 'cook' } });
    const filtered = await api.request('GET', '/v2/people/bob/chores?title=wash', { as: 'bob' });
    expect(filtered.json).toMatchObject([{ title: 'wash' }]);
    expect((await api.request('GET', '/v2/people/bob/chores?title=was', { as: 'bob' })).json).toEqual([]);
  });

  it('to a row that is described in parts', () => {
    const inParts = loadContract(
      copy((other) => {
        const task = other.getIn(['components', 'schemas', 'Task']);
        other.setIn(['components', 'schemas', 'Task'], other.createNode({ allOf: [task] }));
      }),
    );
    expect(inParts.columns['Task']).toEqual(loadContract().columns['Task']);
  });

  it('to other words for a problem', async () => {
    expect(problemOf(await api.request('GET', '/api/alice/tasks/999', { as: 'alice' }), 404).title).toBe('Nowhere');
  });
});

it('a parameter may be called what no variable can be', async () => {
  const contract = loadContract(
    copy((other) => {
      const item = ['paths', '/api/{user_id}/tasks/{id}'];
      const parameters: { $ref: string }[] = other.toJS().paths['/api/{user_id}/tasks/{id}'].parameters;
      const at = parameters.findIndex(({ $ref }) => $ref.endsWith('/TaskId'));
      const name = 'task-id';
      other.setIn([...item, 'parameters', at], { ...other.toJS().components.parameters.TaskId, name });
      const moved = other.getIn(item);
      other.deleteIn(item);
      other.setIn(['paths', `/api/{user_id}/tasks/{${name}}`], moved);
    }),
  );
  const api = await startApi({}, contract);
  expect(problemOf(await api.request('GET', '/api/alice/tasks/x', { as: 'alice' }), 422).errors).toMatchObject([
    { parameter: 'task-id' },
  ]);
});

it("an operation's parameter overrides that of its path, and one of another place does not", async () => {
  const collection = ['paths', '/api/{user_id}/tasks'];
  const contract = loadContract(
    copy((other) => {
      const shared = { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 10 } };
      other.setIn(['components', 'parameters', 'Short'], other.createNode(shared));
      other.addIn([...collection, 'parameters'], other.createNode({ $ref: '#/components/parameters/Short' }));
      const namesake = { name: 'user_id', in: 'query', schema: { type: 'string', maxLength: 3 } };
      other.addIn([...collection, 'get', 'parameters'], other.createNode(namesake));
      const owner = ['components', 'schemas', 'UserId', 'maxLength'];
      other.setIn(owner, 5);
    }),
  );
  const api = await startApi({}, contract);
  const list = (query: string, user = 'alice') => api.request('GET', `/api/${user}/tasks?${query}`, { as: user });
  expect((await list('limit=100')).status).toBe(200);
  expect(problemOf(await list('limit=101'), 422).errors).toMatchObject([{ parameter: 'limit' }]);
  expect((await list('user_id=bob')).status).toBe(200);
  expect(problemOf(await list('user_id=carol'), 422).errors).toMatchObject([{ parameter: 'user_id' }]);
  expect(problemOf(await list('limit=1', 'mallory'), 422).errors).toMatchObject([{ parameter: 'user_id' }]);
  const post = (query: string) =>
    api.request('POST', `/api/alice/tasks?${query}`, { as: 'alice', json: { title: 'x' } });
  expect((await post('limit=10')).status).toBe(201);
  expect(problemOf(await post('limit=11'), 422).errors).toMatchObject([{ parameter: 'limit' }]);
});

describe('a value has one spelling, wherever its type is written:', () => {
  const id = { $ref: '#/components/schemas/Id' };

  it.each<[string, object]>([
    ['behind a reference in allOf', { allOf: [id], description: 'Which task.' }],
    ['beside null', { oneOf: [{ type: 'null' }, id] }],
  ])('%s', async (_name, schema) => {
    const contract = loadContract(
      copy((other) => other.setIn(['components', 'parameters', 'TaskId', 'schema'], other.createNode(schema))),
    );
    const api = await startApi({}, contract);
    await api.request('POST', '/api/alice/tasks', { as: 'alice', json: { title: 'x' } });
    const get = (spelled: string) => api.request('GET', `/api/alice/tasks/${spelled}`, { as: 'alice' });
    for (const spelled of ['01', '1.0', '1e0', '0x1', '%31']) {
      expect(problemOf(await get(spelled), 422).errors).toMatchObject([{ parameter: 'id', code: 'type' }]);
    }
    problemOf(await get('999'), 404);
  });
});

it('the server follows references to references', async () => {
  const contract = loadContract(
    copy((other) => {
      const collection = ['paths', '/api/{user_id}/tasks'];
      const throughAnother = (path: unknown[], section: string, name: string) => {
        other.setIn(
          ['components', section, `Other${name}`],
          other.createNode({ $ref: `#/components/${section}/${name}` }),
        );
        other.setIn(path, other.createNode({ $ref: `#/components/${section}/Other${name}` }));
      };
      const { parameters }: { parameters: { $ref?: string }[] } = other.toJS().paths['/api/{user_id}/tasks'].get;
      const limit = parameters.findIndex(({ $ref }) => $ref === '#/components/parameters/Limit');
      throughAnother([...collection, 'get', 'parameters', limit], 'parameters', 'Limit');
      throughAnother([...collection, 'parameters', 0], 'parameters', 'UserId');
      throughAnother(
        [...collection, 'post', 'requestBody', 'content', 'application/json', 'schema'],
        'schemas',
        'TaskCreate',
      );
      throughAnother([...collection, 'post', 'responses', '422'], 'responses', 'UnprocessableContent');
    }),
  );
  const api = await startApi({}, contract);
  const create = (json: object) => api.request('POST', '/api/alice/tasks', { as: 'alice', json });
  const list = (query: string) => api.request('GET', `/api/alice/tasks?${query}`, { as: 'alice' });
  expect((await create({ title: 'x' })).status).toBe(201);
  problemOf(await create({ title: 5 }), 422);
  expect((await list('limit=1')).status).toBe(200);
  expect(problemOf(await list('limit=101'), 422).errors).toMatchObject([{ parameter: 'limit' }]);
});

it('a multiple of a fraction is meant in decimals', async () => {
  const schema = { type: 'number', multipleOf: 0.01 };
  const contract = loadContract(
    copy((other) => {
      const toggle = ['paths', '/api/{user_id}/tasks/{id}/complete', 'patch'];
      const body = { type: 'object', properties: { price: schema, dozens: { type: 'integer', multipleOf: 12 } } };
      other.setIn([...toggle, 'requestBody'], other.createNode({ content: { 'application/json': { schema: body } } }));
      other.setIn([...toggle, 'parameters'], other.createNode([{ name: 'tip', in: 'query', schema }]));
    }),
  );
  const api = await startApi({}, contract);
  const { id } = await createTask(api, 'alice', { title: 'x' });
  const headers = { 'Content-Type': 'application/json' };
  const toggle = (body: string, query = '') =>
    api.request('PATCH', `/api/alice/tasks/${id}/complete${query}`, { as: 'alice', body, headers });
  for (const price of ['0', '0.07', '19.99', '4.35', '-0.29', '1e2', '1.1e1', '1e300', '90071992547409.91']) {
    expect((await toggle(`{"price":${price}}`)).status, price).toBe(200);
    if (!price.includes('e')) expect((await toggle('{}', `?tip=${price}`)).status, price).toBe(200);
  }
  for (const price of ['0.001', '19.995', '1e-7', '-4.351', '900719925474.991']) {
    const { errors } = problemOf(await toggle(`{"price":${price}}`), 422);
    expect(errors).toEqual([{ pointer: '/price', message: 'must be multiple of 0.01', code: 'multipleOf' }]);
  }
  expect(problemOf(await toggle('{"price":1e999}'), 422).errors).toMatchObject([{ pointer: '/price', code: 'type' }]);
  expect(problemOf(await toggle('{"dozens":13}'), 422).errors).toEqual([
    { pointer: '/dozens', message: 'must be multiple of 12', code: 'multipleOf' },
  ]);
  expect(problemOf(await toggle('{}', '?tip=0.005'), 422).errors).toEqual([
    { parameter: 'tip', message: 'must be multiple of 0.01', code: 'multipleOf' },
  ]);
});

describe('a body that need not be sent, and may hold anything', async () => {
  const contract = loadContract(
    copy((other) => {
      const schema = { type: 'object', properties: { why: { type: 'string' } } };
      const requestBody = other.createNode({ content: { 'application/json': { schema } } });
      other.setIn(['paths', '/api/{user_id}/tasks/{id}/complete', 'patch', 'requestBody'], requestBody);
    }),
  );
  const api = await startApi({}, contract);
  const { id } = (await api.request('POST', '/api/alice/tasks', { as: 'alice', json: { title: 'x' } })).json as {
    id: number;
  };
  const toggle = (options: object) =>
    api.request('PATCH', `/api/alice/tasks/${id}/complete`, { as: 'alice', ...options });

  it('is left out, or held to its schema', async () => {
    expect((await toggle({})).status).toBe(200);
    expect((await toggle({ json: { why: 'done', how: [['well']] } })).status).toBe(200);
    expect(problemOf(await toggle({ json: { why: 1 } }), 422).errors).toMatchObject([{ pointer: '/why' }]);
  });

  it('is refused where it goes deeper than is read', async () => {
    const deep = `{"how":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const { errors } = problemOf(await toggle({ body: deep, headers: { 'Content-Type': 'application/json' } }), 422);
    expect(errors).toMatchObject([{ pointer: `/how${'/0'.repeat(99)}`, code: 'depth' }]);
  });
});

it('a schema that cannot be compiled is a 500, and never a request without an answer', async () => {
  const contract = loadContract(
    copy((other) =>
      other.setIn(
        ['paths', '/', 'get', 'responses', '200', 'content', 'application/json', 'schema'],
        other.createNode({ $id: 'https://example.com/it', properties: { it: { $ref: '#/components/schemas/Task' } } }),
      ),
    ),
  );
  const api = await startApi({}, contract);
  problemOf(await api.request('GET', '/'), 500);
});

describe('start-up refuses, by name,', async () => {
  const { close, ...database } = await createDatabase();
  afterAll(close);
  database.db.setMaxListeners(50); // every start listens
  const given = { ...database, close: async () => {} };
  const health = ['paths', '/health', 'get'];
  const operation = { operationId: 'archiveTask', security: [], responses: { '204': { description: 'Done.' } } };

  it.each([
    [
      'an operation without a handler',
      (contract: Document) => contract.setIn(['paths', '/archive', 'post'], contract.createNode(operation)),
      'openapi.yaml: archiveTask (POST /archive) has no handler in src/operations.ts',
    ],
    [
      'a handler without an operation',
      (contract: Document) => contract.deleteIn(['paths', '/api/{user_id}/tasks/{id}/complete']),
      'src/operations.ts: toggleTaskComplete is not an operation of openapi.yaml',
    ],
    [
      'a model of rows that are called something else by now',
      (contract: Document) => {
        const renamed = source.replaceAll('/schemas/Task"', '/schemas/Issue"').replace(/^ {4}Task:$/m, '    Issue:');
        contract.contents = parseDocument(renamed).contents;
      },
      'src/resources/tasks/model.ts: Task is not a schema of openapi.yaml',
    ],
    [
      'an operation without an id',
      (contract: Document) => contract.deleteIn(['paths', '/health', 'get', 'operationId']),
      'openapi.yaml: GET /health has no operationId',
    ],
    [
      'a token that is needed and not documented',
      (contract: Document) => contract.deleteIn(['paths', '/health', 'get', 'security']),
      'openapi.yaml: getHealth (GET /health) must document 401 if and only if it needs a token',
    ],
    [
      'a path that is nobody’s',
      (contract: Document) => {
        const inline = { name: 'user_id', in: 'path', required: true, schema: { type: 'string' } };
        contract.setIn(['paths', '/api/{user_id}/tasks', 'parameters'], contract.createNode([inline]));
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) has the parameter user_id without x-owner',
    ],
    [
      'a word that is misspelt',
      (contract: Document) => contract.setIn(['components', 'parameters', 'UserId', 'x-ower'], true),
      "openapi.yaml: /components/parameters/UserId/x-ower is no word of Deed's, and x-owner is",
    ],
    [
      'a word that is no order',
      (contract: Document) => {
        const parameters = ['paths', '/api/{user_id}/tasks', 'get', 'parameters'];
        const all = (contract.getIn(parameters) as { toJSON(): object[] }).toJSON();
        const sort = all.findIndex((parameter) => 'x-sort' in parameter);
        contract.setIn([...parameters, sort, 'x-sort', 'created', 'order'], 'down');
      },
      'openapi.yaml: /paths/~1api~1{user_id}~1tasks/get/parameters/2/x-sort must be an object of { column: NAME, order: asc } or',
    ],
    [
      'a filter for a value that cannot be asked for',
      (contract: Document) =>
        contract.setIn(['paths', '/api/{user_id}/tasks', 'get', 'parameters', 0, 'x-filter', 'pendng'], new YAMLMap()),
      'openapi.yaml: /paths/~1api~1{user_id}~1tasks/get/parameters/0/x-filter/pendng is no value of status',
    ],
    [
      'a default that nobody may send',
      (contract: Document) => contract.setIn(['components', 'parameters', 'Limit', 'schema', 'default'], 500),
      'openapi.yaml: /components/parameters/Limit/schema/default must be <= 100',
    ],
    [
      'a reference to nothing',
      (contract: Document) =>
        contract.setIn(['components', 'parameters', 'UserId', 'schema', '$ref'], '#/components/schemas/Nobody'),
      'openapi.yaml is not valid OpenAPI: /components/parameters/UserId/schema refers to nothing (#/components/schemas/Nobody',
    ],
    [
      'what is not OpenAPI',
      (contract: Document) => contract.setIn(['paths', '/health', 'get', 'responses'], 'none'),
      'openapi.yaml is not valid OpenAPI: /paths/~1health/get/responses must be object',
    ],
    [
      'what OpenAPI has no name for',
      (contract: Document) => contract.setIn(['paths', '/health', 'gett'], contract.createNode({})),
      'openapi.yaml is not valid OpenAPI: /paths/~1health must NOT have unevaluated properties (gett)',
    ],
    [
      'a reference to nothing within a schema',
      (contract: Document) =>
        contract.setIn(
          ['components', 'schemas', 'Task', 'properties', 'title'],
          contract.createNode({ $ref: '#/nobody' }),
        ),
      'openapi.yaml is not valid OpenAPI: /components/schemas/Task/properties/title refers to nothing (#/nobody)',
    ],
    [
      'a reference to another file',
      (contract: Document) =>
        contract.setIn(
          ['components', 'schemas', 'TaskCreate', 'properties', 'title'],
          contract.createNode({ $ref: 'others.yaml#/components/schemas/Title' }),
        ),
      'openapi.yaml is not valid OpenAPI: /components/schemas/TaskCreate/properties/title refers to another file, and all has to stand in this one (others.yaml#/components/schemas/Title)',
    ],
    [
      'a reference that leads in a circle',
      (contract: Document) => {
        contract.setIn(['components', 'schemas', 'Chicken'], contract.createNode(ref('Egg')));
        contract.setIn(['components', 'schemas', 'Egg'], contract.createNode(ref('Chicken')));
      },
      'openapi.yaml is not valid OpenAPI: /components/schemas/Chicken refers to itself in a circle (#/components/schemas/Egg); /components/schemas/Egg refers',
    ],
    [
      'an answer that is nowhere',
      (contract: Document) =>
        contract.setIn([...health, 'responses', '200'], contract.createNode({ $ref: '#/components/responses/None' })),
      'openapi.yaml is not valid OpenAPI: /paths/~1health/get/responses/200 refers to nothing (#/components/responses/None)',
    ],
    [
      'an answer that leads in a circle',
      (contract: Document) => {
        const circle = { $ref: '#/components/responses/Circle' };
        contract.setIn(['components', 'responses', 'Circle'], contract.createNode(circle));
        contract.setIn([...health, 'responses', '200'], contract.createNode(circle));
      },
      '/components/responses/Circle refers to itself in a circle (#/components/responses/Circle)',
    ],
    [
      'a body in another file',
      (contract: Document) =>
        contract.setIn(
          ['paths', '/api/{user_id}/tasks', 'post', 'requestBody'],
          contract.createNode({ $ref: './other.yaml#/Body' }),
        ),
      '/paths/~1api~1{user_id}~1tasks/post/requestBody refers to another file, and all has to stand in this one (./other.yaml#/Body)',
    ],
    [
      'an operation without answers',
      (contract: Document) => contract.deleteIn([...health, 'responses']),
      'openapi.yaml: /paths/~1health/get has no responses',
    ],
    [
      'two operations of one name',
      (contract: Document) =>
        contract.setIn(
          ['paths', '/alive'],
          contract.createNode({ get: (contract.getIn(health) as { toJSON(): object }).toJSON() }),
        ),
      'openapi.yaml is not valid OpenAPI: /paths/~1alive/get/operationId is getHealth, and so is that of /paths/~1health/get',
    ],
    [
      'a merge key',
      (contract: Document) =>
        contract.setIn(
          ['components', 'schemas', 'Task', 'properties', 'title'],
          contract.createNode({ '<<': { type: 'string' }, maxLength: 200 }),
        ),
      'openapi.yaml is not valid OpenAPI: /components/schemas/Task/properties/title/<< is a merge key, and YAML 1.2 has none',
    ],
    [
      'a type that there is not',
      (contract: Document) => contract.setIn(['components', 'schemas', 'Task', 'properties', 'title', 'type'], 'bool'),
      'openapi.yaml is not valid OpenAPI: /components/schemas/Task/properties/title/type must be one of array, boolean, integer, null, number, object, string',
    ],
    [
      'a limit that is no number',
      (contract: Document) =>
        contract.setIn(['components', 'schemas', 'Task', 'properties', 'title', 'maxLength'], 'many'),
      'openapi.yaml is not valid OpenAPI: /components/schemas/Task/properties/title/maxLength must be integer',
    ],
    [
      'unknown properties that are neither let in nor not',
      (contract: Document) => contract.setIn(['components', 'schemas', 'Task', 'additionalProperties'], 3),
      'openapi.yaml is not valid OpenAPI: /components/schemas/Task/additionalProperties must be object or boolean',
    ],
    [
      'a place of a parameter that there is not',
      (contract: Document) => contract.setIn(['components', 'parameters', 'Limit', 'in'], 'qery'),
      'openapi.yaml is not valid OpenAPI: /components/parameters/Limit/in must be one of query, header, path, cookie',
    ],
    [
      'a type that there is not among others',
      (contract: Document) =>
        contract.setIn(
          ['components', 'parameters', 'Limit', 'schema', 'type'],
          contract.createNode(['integer', 'nil']),
        ),
      'openapi.yaml is not valid OpenAPI: /components/parameters/Limit/schema/type must be one of',
    ],
    [
      'a pattern that is none',
      (contract: Document) =>
        contract.setIn(['components', 'schemas', 'TaskCreate', 'properties', 'title', 'pattern'], '[a-'),
      'openapi.yaml is not valid OpenAPI: /components/schemas/TaskCreate/properties/title/pattern is no regular expression: Unterminated character class',
    ],
    [
      'a pattern of names that is none',
      (contract: Document) =>
        contract.setIn(['components', 'schemas', 'Task', 'patternProperties'], contract.createNode({ '^(': {} })),
      'openapi.yaml is not valid OpenAPI: /components/schemas/Task/patternProperties/^( is no regular expression: Unterminated group',
    ],
    [
      'a list in the order of what its rows have not',
      (contract: Document) => {
        const parameters = ['paths', '/api/{user_id}/tasks', 'get', 'parameters'];
        const all = (contract.getIn(parameters) as { toJSON(): object[] }).toJSON();
        const sort = all.findIndex((parameter) => 'x-sort' in parameter);
        contract.setIn([...parameters, sort, 'x-sort', 'created', 'column'], 'made_at');
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) sorts, filters or searches by made_at, which is no property of Task',
    ],
    [
      'a search in what is no text',
      (contract: Document) => {
        const parameters = ['paths', '/api/{user_id}/tasks', 'get', 'parameters'];
        const all = (contract.getIn(parameters) as { toJSON(): object[] }).toJSON();
        const search = all.findIndex((parameter) => 'x-search' in parameter);
        contract.setIn([...parameters, search, 'x-search'], ['title', 'due_date']);
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) searches by due_date, which is no text',
    ],
    [
      'a parameter of many values',
      (contract: Document) => {
        const tags = { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } };
        contract.addIn(['paths', '/api/{user_id}/tasks', 'get', 'parameters'], contract.createNode(tags));
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) has the parameter tag, which is an array or an object',
    ],
    [
      'a parameter of many values that are described elsewhere',
      (contract: Document) => {
        const tags = { type: 'array', items: { type: 'string' } };
        contract.setIn(['components', 'schemas', 'Tags'], contract.createNode(tags));
        const schema = { allOf: [{ $ref: '#/components/schemas/Tags' }] };
        const parameters = ['paths', '/api/{user_id}/tasks', 'get', 'parameters'];
        contract.addIn(parameters, contract.createNode({ name: 'tag', in: 'query', schema }));
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) has the parameter tag, which is an array or an object',
    ],
    [
      'a number to filter by that no column may hold',
      (contract: Document) => {
        const parameters = ['paths', '/api/{user_id}/tasks', 'get', 'parameters'];
        const schema = { type: 'integer', minimum: 0 };
        contract.addIn(parameters, contract.createNode({ name: 'rank', in: 'query', schema }));
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) has the integer parameter rank without a minimum and a maximum within ±9007199254740991',
    ],
    [
      'one of some numbers that no column may hold',
      (contract: Document) => {
        const parameters = ['paths', '/api/{user_id}/tasks', 'get', 'parameters'];
        const schema = { type: 'integer', enum: [1, 2 ** 53] };
        contract.addIn(parameters, contract.createNode({ name: 'rank', in: 'query', schema }));
      },
      'openapi.yaml: listTasks (GET /api/{user_id}/tasks) has the integer parameter rank without a minimum and a maximum within',
    ],
    [
      'another version of OpenAPI',
      (contract: Document) => contract.set('openapi', '3.2.0'),
      'openapi.yaml is not valid OpenAPI: its version is 3.2.0, and not 3.0.x or 3.1.x',
    ],
  ])('%s', async (_name, change, message) => {
    await expect(async () => startApi({}, loadContract(copy(change)), given)).rejects.toThrow(message);
  });
});

describe('a contract that the build has read', () => {
  const file = copy(() => {});
  const text = readFileSync(file, 'utf8');
  const document = readDocument(text);
  writeBuilt(file, text, { ...document, info: { ...document.info, title: 'As built' } });

  it('is taken from there', () => {
    expect(loadContract(file)).toMatchObject({ text, valid: true, document: { info: { title: 'As built' } } });
  });

  it('is read anew when it has changed since, or the build was broken off', () => {
    writeFileSync(file, `${text}# changed\n`);
    expect(loadContract(file)).toMatchObject({ valid: false, document });
    writeFileSync(file, text);
    expect(loadContract(file).valid).toBe(true);
    writeFileSync(new URL('openapi.built.json', file), '{"sha256":');
    expect(loadContract(file)).toMatchObject({ valid: false, document });
  });
});

it('a word of the contract may be misspelt in many ways, and words of other tools are theirs', () => {
  const slips = ['x-fliter', 'x-sorts', 'x-togle', 'x-Unique', 'x-notWith', 'x-renamed_from', 'x-indec'];
  const others = ['x-internal', 'x-order', 'x-codeSamples', 'x-tags', 'x-logo', 'x-owner'];
  const schema = Object.fromEntries([...slips, ...others].map((word) => [word, true]));
  const names = { properties: { 'x-sorts': {} }, headers: { 'X-Sorts': {} }, example: { 'x-sorts': 1 } };
  expect(wrongWords({ components: { schemas: { Note: { ...schema, ...names }, 'x-sorts': {} } } })).toEqual(
    slips.map((slip) => expect.stringContaining(`/components/schemas/Note/${slip} is no word`)),
  );
});

it('the example of a body may be one of several, or the only one', () => {
  const media = ['paths', '/api/{user_id}/tasks', 'post', 'requestBody', 'content', 'application/json'];
  const exampleIn = (change: (contract: Document) => void) => {
    const contract = loadContract(copy(change));
    const create = contract.operations.find(({ id }) => id === 'createTask');
    return create && exampleBody(contract, create);
  };
  expect(exampleIn(() => {})).toHaveProperty('title');
  const alone = exampleIn((contract) => {
    contract.deleteIn([...media, 'examples']);
    contract.setIn([...media, 'example'], { title: 'alone' });
  });
  expect(alone).toEqual({ title: 'alone' });
  expect(() => exampleIn((contract) => contract.deleteIn([...media, 'examples']))).toThrow('createTask has no example');
});

describe('a word of the contract has a value that means something:', () => {
  const wrong = (word: string, value: unknown) => wrongWords({ 'x-other': value, paths: { '/a': { [word]: value } } });
  const sorted = { column: 'age', order: 'asc' };

  it.each<[string, unknown, string]>([
    ['x-sort', { age: { ...sorted, order: 'down' } }, 'an object of { column: NAME, order: asc }'],
    ['x-sort', { age: sorted, name: { column: 'name' } }, 'an object of { column: NAME, order: asc }'],
    ['x-sort', { age: { order: 'asc' } }, 'an object of { column: NAME, order: asc }'],
    ['x-sort', [sorted], 'an object of'],
    ['x-sort', null, 'an object of'],
    ['x-filter', false, 'true, or an object of objects'],
    ['x-filter', null, 'true, or an object of objects'],
    ['x-filter', { open: 'done' }, 'true, or an object of objects'],
    ['x-filter', { open: { done: [false] } }, 'true, or an object of objects'],
    ['x-search', 'title', 'a list of columns'],
    ['x-search', [], 'a list of columns, one at least'],
    ['x-search', ['title', 1], 'a list of columns'],
    ['x-unique', 'yes', 'true or false'],
    ['x-index', 1, 'true or false'],
    ['x-owner', null, 'true or false'],
    ['x-references', true, 'a name'],
    ['x-renamed-from', ['old'], 'a name'],
    ['x-toggle', true, 'a name'],
    ['x-not-with', null, 'a name'],
  ])('%s is not %j', (word, value, is) => {
    expect(wrong(word, value)).toEqual([expect.stringContaining(`/paths/~1a/${word} must be ${is}`)]);
  });

  it.each<[string, unknown]>([
    ['x-sort', { age: sorted, name: { column: 'name', order: 'desc' } }],
    ['x-filter', true],
    ['x-filter', { all: {}, open: { done: false, title: 'a', size: 1, due: null } }],
    ['x-search', ['title']],
    ['x-unique', false],
    ['x-toggle', 'done'],
  ])('%s may be %j', (word, value) => {
    expect(wrong(word, value)).toEqual([]);
  });
});

/** Has a copy of the contract read, in which some members are others. */
function saidOf(members: [Path, unknown][]): () => void {
  const file = copy((contract) => {
    for (const [path, value] of members) contract.setIn(path, contract.createNode(value));
  });
  return () => assertMeaning(readDocument(readFileSync(file, 'utf8')));
}

describe('a default is a value that may be sent:', () => {
  const kind = ['components', 'schemas', 'TaskCreate', 'properties', 'kind'];
  const at = `/${kind.join('/')}`;
  const size = ['components', 'schemas', 'Size'];
  const small = { type: 'integer', maximum: 10, default: 7 };

  it.each<[string, object, string]>([
    ['one of the enum', { type: 'string', enum: ['bug', 'feature'], default: 'nope' }, 'must be one of bug, feature'],
    ['not above the maximum', { type: 'integer', maximum: 10, default: 99 }, 'must be <= 10'],
    ['not below the minimum', { type: 'number', minimum: 0.5, default: 0 }, 'must be >= 0.5'],
    ['a multiple', { type: 'number', multipleOf: 0.01, default: 0.005 }, 'must be multiple of 0.01'],
    ['of its type', { type: 'integer', default: 1.5 }, 'must be integer'],
    ['of one of its types', { type: ['string', 'boolean'], default: 1 }, 'must be string or boolean'],
    ['null where that may be', { type: 'string', default: null }, 'must be string'],
    ['no list where one value is', { type: 'object', default: [] }, 'must be object'],
    ['of the length', { type: 'string', minLength: 2, default: '😀' }, 'must NOT have fewer than 2 characters'],
    ['of the pattern', { type: 'string', pattern: '^[a-z]+$', default: 'A' }, 'must match pattern "^[a-z]+$"'],
    ['a moment', { type: 'string', format: 'date-time', default: 'today' }, 'must match format "date-time"'],
    ['what a reference beside it says', { ...ref('UserId'), default: '' }, 'must NOT have fewer than 1 characters'],
    ['so within', { items: { anyOf: [{ type: 'string', default: 1 }] } }, 'must be string'],
  ])('%s', (_name, schema, message) => {
    const place = 'items' in schema ? `${at}/items/anyOf/0` : at;
    expect(saidOf([[kind, schema]])).toThrow(`openapi.yaml: ${place}/default ${message}`);
  });

  it('wherever it comes from, and the complaint is where it stands', () => {
    expect(
      saidOf([
        [size, { ...small, default: 99 }],
        [kind, ref('Size')],
      ]),
    ).toThrow(/^openapi\.yaml: \/components\/schemas\/Size\/default must be <= 10$/);
    expect(
      saidOf([
        [size, small],
        [kind, { ...ref('Size'), maximum: 5 }],
      ]),
    ).toThrow(`openapi.yaml: ${at} has a default, which must be <= 5`);
  });

  it.each<[string, object]>([
    ['null where that may be', { type: ['string', 'null'], default: null }],
    ['a list', { type: 'array', items: {}, default: [] }],
    ['anything where nothing is said', { default: { any: 1 } }],
    ['the name of a property', { properties: { default: { type: 'string' } }, example: { default: 1 } }],
    ['one of its length', { type: 'string', maxLength: 1, default: '😀' }],
    ['a multiple in decimals', { type: 'number', multipleOf: 0.01, default: 19.99 }],
  ])('%s', (_name, schema) => {
    expect(saidOf([[kind, schema]])).not.toThrow();
  });
});

describe('a word of the contract names what is there:', () => {
  const list = ['paths', '/api/{user_id}/tasks', 'get'];
  const complete = ['paths', '/api/{user_id}/tasks/{id}/complete', 'patch'];
  const title = ['components', 'schemas', 'Task', 'properties', 'title'];
  const [status, q, sort] = [0, 1, 2].map((index) => [...list, 'parameters', index]) as [Path, Path, Path];
  const offset = ['components', 'parameters', 'Offset'];
  const owned = { type: 'string', enum: ['all', 'mine'] };
  const countries = { get: { operationId: 'getCountry', responses: { 200: json(ref('Country')) } } };
  const shared: [Path, unknown][] = [
    [['paths', '/countries/{id}'], countries],
    [['components', 'schemas', 'Country'], { type: 'object', properties: { id: { type: 'integer' } } }],
  ];

  it.each<[string, [Path, unknown][], string]>([
    [
      'a filter for another value',
      [[[...status, 'x-filter'], { pendng: { completed: false }, completed: { completed: true } }]],
      '/0/x-filter/pendng is no value of status',
    ],
    [
      'a filter without two of the values',
      [[[...status, 'x-filter'], { completed: { completed: true } }]],
      '/0/x-filter has none of all, pending, values of status: one at most may be left out, and filters nothing',
    ],
    [
      'a filter by a value that the column cannot have',
      [[[...status, 'x-filter', 'pending', 'completed'], 'maybe']],
      '/0/x-filter/pending/completed must be boolean',
    ],
    [
      'a filter by nothing where the column has something',
      [[[...status, 'x-filter', 'pending', 'completed'], null]],
      '/0/x-filter/pending/completed must be boolean',
    ],
    [
      'a filter by a text that is too long',
      [[[...status, 'x-filter', 'pending', 'title'], 'x'.repeat(201)]],
      '/0/x-filter/pending/title must NOT have more than 200 characters',
    ],
    [
      'a filter by a day where the column has moments',
      [[[...status, 'x-filter', 'pending', 'due_date'], '2026-03-01']],
      '/0/x-filter/pending/due_date must match pattern',
    ],
    [
      'a filter by a number that is out of range',
      [[[...status, 'x-filter', 'pending', 'id'], 0]],
      '/0/x-filter/pending/id must be >= 1',
    ],
    [
      'a filter of values that nobody can count',
      [[[...status, 'schema'], { type: 'string' }]],
      '/0/x-filter needs an enum: the schema of status lets in other values',
    ],
    [
      'a filter that equals what the column is not',
      [
        [[...status, 'name'], 'completed'],
        [[...status, 'x-filter'], true],
        [[...status, 'schema'], { type: 'string' }],
      ],
      '/0/x-filter compares completed with a column of another type',
    ],
    [
      'a filter that equals any text where the column has moments',
      [
        [[...status, 'name'], 'due_date'],
        [[...status, 'x-filter'], true],
        [[...status, 'schema'], { type: 'string' }],
      ],
      '/0/x-filter compares due_date with a column of another type',
    ],
    [
      'a filter that equals one of what the column is not',
      [
        [[...status, 'name'], 'completed'],
        [[...status, 'x-filter'], true],
      ],
      '/0/x-filter must be boolean',
    ],
    [
      'an order for another value',
      [[[...sort, 'x-sort', 'titel'], { column: 'title', order: 'asc' }]],
      '/2/x-sort/titel is no value of sort',
    ],
    [
      'a value without an order',
      [
        [
          [...sort, 'schema', 'enum'],
          ['created', 'title', 'due_date', 'age'],
        ],
      ],
      '/2/x-sort has no age, a value of sort',
    ],
    [
      'an order of values that nobody can count',
      [[[...sort, 'schema'], { type: 'string' }]],
      '/2/x-sort needs an enum: the schema of sort lets in other values',
    ],
    [
      'an exclusion of what is no parameter',
      [[[...offset, 'x-not-with'], 'cursr']],
      '/components/parameters/Offset/x-not-with must name another query parameter, and cursr is none',
    ],
    [
      'an exclusion of a parameter of the path',
      [[[...q, 'x-not-with'], 'user_id']],
      '/1/x-not-with must name another query parameter, and user_id is none',
    ],
    [
      'an exclusion of itself',
      [[[...q, 'x-not-with'], 'q']],
      '/1/x-not-with must name another query parameter, and q is none',
    ],
    [
      'a toggle of nothing',
      [[[...complete, 'x-toggle'], 'completd']],
      '/paths/~1api~1{user_id}~1tasks~1{id}~1complete/patch/x-toggle must name a boolean property of what is answered, and completd is none',
    ],
    ['a toggle of a text', [[[...complete, 'x-toggle'], 'title']], 'and title is none'],
    [
      'a reference to no schema',
      [[[...title, 'x-references'], 'Projekt']],
      '/components/schemas/Task/properties/title/x-references must name the schema of a resource that has owners, and Projekt is none',
    ],
    ['a reference to a schema of no resource', [[[...title, 'x-references'], 'Status']], 'and Status is none'],
    ['a reference to rows of nobody', [...shared, [[...title, 'x-references'], 'Country']], 'and Country is none'],
  ])('%s', (_name, members, message) => {
    expect(saidOf(members)).toThrow(message);
    expect(saidOf(members)).toThrow(/^openapi\.yaml: [^;]*$/);
  });

  it.each<[string, [Path, unknown][]]>([
    ['a value that filters nothing', [[[...status, 'x-filter', 'all'], {}]]],
    [
      'two values that say so',
      [
        [
          [...status, 'schema', 'enum'],
          ['all', 'any', 'pending', 'completed'],
        ],
        [[...status, 'x-filter', 'all'], {}],
      ],
    ],
    [
      'a truth value, of which one filters',
      [
        [[...status, 'schema'], { type: 'boolean' }],
        [[...status, 'x-filter'], { true: { completed: false, due_date: null } }],
      ],
    ],
    [
      'a value of a type that the column has',
      [
        [[...status, 'name'], 'title'],
        [[...status, 'x-filter'], true],
        [[...status, 'schema'], owned],
      ],
    ],
    ['a reference to the same resource', [[[...title, 'x-references'], 'Task']]],
    ['an exclusion of another', [[[...q, 'x-not-with'], 'sort']]],
  ])('%s', (_name, members) => {
    expect(saidOf(members)).not.toThrow();
  });
});

it('a contract that is no YAML is refused with the file, the line and the column', () => {
  expect(() => readDocument('openapi: 3.1.0\npaths: [\n')).toThrow(/"openapi\.yaml" \(\d+:\d+\)/);
  expect(() => readDocument('a: 1\na: 2\n', 'other.yaml')).toThrow(/"other\.yaml" \(2:1\)/);
});
