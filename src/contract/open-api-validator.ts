// express-openapi-validator, asked about one operation at a time. It and `validator-spec.ts` alone know how it works inside: it looks
// for the route of each request by trying the patterns of all, and here the route is known; at each start it compiles the schema of
// OpenAPI, and here the contract has been read already. `test/contract/validator.test.ts` holds the two ways against each other.
import { hash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { OpenApiValidator } from 'express-openapi-validator/dist/openapi.validator.js';
import { Recent } from '../recent.ts';
import { formatsOf } from './breach.ts';
import type { Contract } from './contract.ts';
import type { ContractOperation } from './contract-operation.ts';
import { toUtc } from './date-time.ts';
import { type Node, type ParameterObject, resolver } from './document.ts';
import { JsonText } from './json-text.ts';
import { parameterKey } from './parameters.ts';
import { pass } from './pass.ts';
import { isCompound, type Shape } from './shape.ts';
import { specOf } from './validator-spec.ts';

/** What is checked of a request. The validator coerces parameters and fills in defaults. */
export interface Parts {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, unknown>;
  body: unknown;
}

/** The checks of one operation. */
export interface OperationChecks {
  /** The parts as the contract admits them. @throws Error with `errors`, one for each value that breaks the contract. */
  request(parts: Parts, url: string): Promise<Parts>;
  /** What is wrong with a JSON body that is to be answered with this status; undefined when nothing is. */
  response(status: number, mediaType: string, body: unknown): Error | undefined;
}

/** @throws Error when the contract is not valid OpenAPI. `responses`: whether answers are to be checked too. */
export async function openApiValidator(
  contract: Contract,
  { responses }: { responses: boolean },
): Promise<(operation: ContractOperation) => Promise<OperationChecks>> {
  // A start of what was built loads none of the checks that the build has made.
  if (!contract.valid) await import('./valid/valid.ts').then(({ assertValid }) => assertValid(contract.document));
  const stages = new OpenApiValidator(settings(contract, responses)).installMiddleware(specOf(contract));
  await readContract(stage(stages, 'pathParamsMiddleware'));
  const metadata = stage(stages, 'metadataMiddleware');
  const request = stage(stages, 'requestMiddleware');
  const response = responses ? stage(stages, 'responseMiddleware') : undefined;
  const right: RightTexts = new Recent();
  return async (operation) => {
    const route = await routeOf(operation, metadata);
    return {
      request: requestCheck(operation, { route, resolve: resolver(contract.document) }, request),
      response: response === undefined ? () => undefined : await responseCheck(operation, { route, right }, response),
    };
  };
}

/** What the validator is told. A breach of the contract by an answer is left at the request, as `breach`. */
export function settings(contract: Contract, responses: boolean): ConstructorParameters<typeof OpenApiValidator>[0] {
  return {
    apiSpec: contract.document as never, // It is what this wants: `assertValid`, or the build, has proved it.
    validateRequests: { allErrors: true },
    validateResponses: responses && { onError: (breach, _body, req) => Object.assign(req, { breach }) },
    validateSecurity: false, // Who calls is settled before, see auth/.
    fileUploader: false,
    ...formatsOf(contract.document),
    serDes: [{ format: 'date-time', deserialize: toUtc }],
  };
}

/** The stages of the validator are named functions. */
function stage(stages: RequestHandler[], name: string): RequestHandler {
  const found = stages.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`express-openapi-validator has no ${name} any more`);
  return found;
}

/** The first stage waits for the contract to be taken apart and passes on what is wrong: better at start than at a request. */
async function readContract(first: RequestHandler): Promise<void> {
  // All that this stage touches is `app.param`, to which it adds nothing that Deed relies on.
  const idle = { app: { param: () => undefined } } as unknown as Request;
  await pass(first, idle, {} as Response).catch((cause: Error) => {
    throw new Error(`openapi.yaml is not valid OpenAPI: ${cause.message}`, { cause });
  });
}

/** What the validator knows of a route once it has found it. */
interface Route {
  openApiRoute: string;
  schema: { parameters?: Node<ParameterObject>[] };
}

interface Known {
  route: Route;
  resolve: ReturnType<typeof resolver>;
}

/** Has the validator look for the route of an operation, once. */
async function routeOf({ path, method }: ContractOperation, metadata: RequestHandler): Promise<Route> {
  const url = path.replace(/\{(.+?)\}/g, 'x');
  const probe = {
    method: method.toUpperCase(),
    path: url,
    originalUrl: url,
    baseUrl: '',
    app: { enabled: () => true },
  };
  await pass(metadata, probe as unknown as Request, {} as Response);
  const { openapi } = probe as unknown as { openapi?: Route };
  if (openapi?.openApiRoute !== path) throw new Error(`the validator takes ${url} for ${openapi?.openApiRoute}`);
  return openapi;
}

/** As much of a request as the validator looks at. Its `query` is a getter, as in Express 5, which the validator replaces. */
class Subject {
  readonly method: string;
  readonly path: string;
  readonly originalUrl: string;
  readonly openapi: object;
  readonly headers: Parts['headers'];
  readonly body: unknown;
  params: Parts['params'];
  readonly #query: Parts['query'];

  constructor({ method, path }: ContractOperation, openapi: object, parts: Parts, url: string) {
    this.method = method.toUpperCase();
    this.path = path;
    this.originalUrl = url;
    this.openapi = openapi;
    this.headers = parts.headers;
    this.body = parts.body;
    this.params = parts.params;
    this.#query = parts.query;
  }

  get query(): Parts['query'] {
    return this.#query;
  }
}

/**
 * The first request of an operation makes its check, from all parameters. From then on the validator looks at them only for how
 * they are written: a parameter of the query that was not sent is not written at all, and one plain value in a path or a
 * header is written in one way.
 */
function requestCheck(
  operation: ContractOperation,
  { route, resolve }: Known,
  check: RequestHandler,
): OperationChecks['request'] {
  const { parameters = [] } = route.schema;
  const plain = operation.parameters.filter(({ shape }) => isPlain(shape)).map(parameterKey);
  const written = parameters
    .map((parameter) => ({ parameter, ...resolve(parameter) }))
    .filter((described) => described.in === 'query' || !plain.includes(parameterKey(described)));
  let made = false;
  return async (parts, url) => {
    const sent = written.filter(({ in: place, name }) => place !== 'query' || name in parts.query);
    const schema = { ...route.schema, parameters: made ? sent.map(({ parameter }) => parameter) : parameters };
    made = true;
    const subject = new Subject(operation, { ...route, schema, pathParams: parts.params }, parts, url);
    await pass(check, subject as unknown as Request, {} as Response);
    return subject;
  };
}

/** A shape without a type is that of any value, or of what is described by its media type. */
function isPlain(shape: Shape): boolean {
  return shape.types.length > 0 && !shape.union && !isCompound(shape);
}

/** The texts of JSON that broke nothing, by operation, status and hash: the same text is as right again, and most pages are read again. */
type RightTexts = Recent<true>;

interface Answered {
  route: Route;
  right: RightTexts;
}

/** The stage waits for `res.json` and checks what it is called with; that happens before it returns. */
async function responseCheck(
  { id, method, path }: ContractOperation,
  { route, right }: Answered,
  check: RequestHandler,
): Promise<OperationChecks['response']> {
  const req: { breach?: Error; [part: string]: unknown } = { method, originalUrl: path, openapi: route, headers: {} };
  const type = { 'content-type': '' };
  const res = {
    statusCode: 0,
    headersSent: false,
    getHeaders: () => type,
    json: (_body: unknown) => {},
    status: () => ({ end: () => {} }), // what it does with null
  };
  await pass(check, req as unknown as Request, res as unknown as Response, (failure) => {
    req.breach = failure;
  });
  const { json } = res;
  const breach: OperationChecks['response'] = (status, mediaType, body) => {
    res.statusCode = status;
    type['content-type'] = mediaType;
    delete req.breach;
    json.call(res, body);
    return req.breach;
  };
  return (status, mediaType, body) => {
    if (!(body instanceof JsonText)) return breach(status, mediaType, body);
    const name = `${id} ${status} ${hash('sha256', body.text, 'base64')}`;
    if (right.get(name)) return undefined;
    const wrong = breach(status, mediaType, body.parse());
    if (wrong === undefined) right.set(name, true);
    return wrong;
  };
}
