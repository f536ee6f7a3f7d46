// The validator is asked about one operation at a time, past its own search for a route; asked in its own way, it says the same.
import type { Server } from 'node:http';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { middleware } from 'express-openapi-validator';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { type OperationChecks, openApiValidator, type Parts, settings } from '../../src/contract/open-api-validator.ts';
import { pass } from '../../src/contract/pass.ts';
import { readQuery } from '../../src/contract/raw-request.ts';
import { listen, stopListening, urlOf } from '../../src/http/listen.ts';
import { readTarget } from '../../src/http/target.ts';
import { type Draft, describedBy, validDrafts } from '../fuzz/drafts.ts';
import { faultyDrafts } from '../fuzz/faults.ts';
import { jsonValues } from '../fuzz/json-values.ts';
import { mutated, mutations } from '../fuzz/mutations.ts';
import { parameters, requestsPerKind, timeout } from '../fuzz/settings.ts';
import { type Message, Wire } from '../fuzz/wire.ts';
import { followed } from '../support/contract-check.ts';
import { examplesOf, type Media } from '../support/contract-requests.ts';
import { quiet } from '../support/quiet.ts';

const contract = loadContract();
const values = jsonValues(contract);
const checksOf = await openApiValidator(contract, { responses: true });
const stages = middleware(settings(contract, true)) as RequestHandler[];
const operations = contract.operations.map((operation) => [operation.id, operation] as const);

/** What one way says of a request: its parts as they are admitted, or what is wrong with it. */
type Verdict = { admitted: Parts } | { refused: unknown };

interface Judgement {
  operation: string;
  ours: Verdict;
  theirs: Verdict;
}

/** The requests that came as far as to be judged. */
const judged: Judgement[] = [];
/** What is answered to the next request, and what the validator says of that. */
let answer: { status: number; mediaType: string; body: unknown } | undefined;
let breach: Error | undefined;

const server = await serve();
const wire = new Wire(urlOf(server));
afterAll(async () => {
  wire.close();
  await stopListening(server);
});

/** A server whose requests are judged in both ways, one after the other. */
async function serve(): Promise<Server> {
  const app = express().disable('x-powered-by').enable('case sensitive routing').enable('strict routing');
  app.use(readTarget);
  app.set('query parser', (text: string) => Object.fromEntries(new URLSearchParams(text)));
  for (const operation of contract.operations) {
    const checks = await checksOf(operation);
    const read = express.json({ type: () => true, strict: false, inflate: false });
    const journey = operation.body === 'none' ? [] : [read];
    app[operation.method](operation.route, ...journey, async (req: Request, res: Response) => {
      await judge(operation, checks, req, res);
      breach = undefined;
      if (answer !== undefined) res.status(answer.status).type(answer.mediaType).json(answer.body);
      breach = (req as { breach?: Error }).breach;
      if (!res.headersSent) res.status(204).end();
    });
  }
  app.use(((_error, _req, res, _next) => res.status(400).json(null)) as express.ErrorRequestHandler);
  return listen(app, { host: '127.0.0.1', port: 0, variable: 'PORT' }, quiet);
}

async function judge(operation: ContractOperation, checks: OperationChecks, req: Request, res: Response) {
  if (operation.body !== 'none') req.headers['content-type'] = 'application/json'; // the only one that comes to the validator
  const query = readQuery(operation, req.originalUrl); // refuses what never comes to the validator
  const parts = () => ({
    params: { ...req.params },
    query: Object.fromEntries(query),
    headers: { ...req.headers },
    body: structuredClone(req.body),
  });
  const ours = await verdict(operation, () => checks.request(parts(), req.originalUrl));
  const theirs = await verdict(operation, async () => {
    if (req.method === 'HEAD') req.method = 'GET'; // which it knows nothing of
    for (const stage of stages) await pass(stage, req, res, () => {});
    return req as Parts;
  });
  judged.push({ operation: operation.id, ours, theirs });
}

async function verdict({ headers }: ContractOperation, check: () => Promise<Parts>): Promise<Verdict> {
  try {
    const { params, query, headers: sent, body } = await check();
    const known = Object.fromEntries(headers.map(({ key }) => [key, sent[key]]));
    return { admitted: { params: { ...params }, query: { ...query }, headers: known, body } };
  } catch (error) {
    return { refused: (error as { errors?: unknown }).errors ?? error };
  }
}

function messageOf({ method, path, place, query, headers, body }: Draft): Message {
  const target = path.replace(/\{(.+?)\}/g, (_whole, name: string) => place[name] ?? '1');
  return {
    method,
    target: query.length === 0 ? target : `${target}?${query.join('&')}`,
    headers: Object.entries(headers),
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

it('the validator is made of the stages that are called here', () => {
  expect(stages.map(({ name }) => name)).toEqual([
    'pathParamsMiddleware',
    'metadataMiddleware',
    'securityMiddleware', // without a switch: it is there, and lets everything pass
    'requestMiddleware',
    'responseMiddleware',
  ]);
});

describe.each(operations)('%s', (id, operation) => {
  const described = describedBy(contract, operation);
  const drafts = fc.oneof(
    validDrafts(values, described),
    faultyDrafts(contract, values, described).map(({ draft }) => draft),
  );

  it('is judged the same in both ways', { timeout }, async () => {
    let compared = 0;
    const asked = fc.tuple(drafts, fc.option(mutations(operation.body !== 'none')));
    const property = fc.asyncProperty(asked, async ([draft, damage]) => {
      answer = undefined;
      if (damage === null) await wire.send(messageOf(draft));
      else await wire.sendBytes(mutated(messageOf(draft), damage).bytes);
      // Some requests do not come as far as the validator, and damaged ones may come to another operation.
      for (const { operation: asked, ours, theirs } of judged.splice(0)) {
        expect(ours).toEqual(theirs);
        if (asked === id) compared += 1;
      }
    });
    await fc.assert(property, parameters(requestsPerKind * 3));
    expect(compared).toBeGreaterThan(requestsPerKind / 4);
  });

  it('answers are judged the same in both ways', { timeout }, async () => {
    const checks = await checksOf(operation);
    const [draft] = fc.sample(validDrafts(values, described), { numRuns: 1, seed: 1 }) as [Draft];
    const property = fc.asyncProperty(answers(operation), async (made) => {
      answer = made;
      await wire.send({ ...messageOf(draft), method: operation.method.toUpperCase() });
      const ours = checks.response(made.status, made.mediaType, structuredClone(made.body));
      expect(ours?.message).toBe(breach?.message);
    });
    await fc.assert(property, parameters(requestsPerKind));
  });
});

/** The examples of an operation's answers, as they are and with something else in one place. */
function answers({ path, method, responses }: ContractOperation): fc.Arbitrary<NonNullable<typeof answer>> {
  const documented = contract.document.paths[path]?.[method]?.responses ?? {};
  const examples = [...responses].flatMap(([status, mediaType = '']) => {
    const { content = {} } = followed(contract, documented[status] ?? {}) as { content?: Record<string, Media> };
    const bodies = mediaType.endsWith('json') ? examplesOf(contract, content[mediaType]) : [];
    return bodies.map((body) => ({ status, mediaType, body }));
  });
  return fc
    .record({ example: fc.constantFrom(...examples), damage: fc.option(fc.tuple(fc.nat(), fc.jsonValue())) })
    .map(({ example, damage }) => ({ ...example, ...(damage && { body: damaged(example.body, ...damage) }) }));
}

function damaged(body: unknown, at: number, other: unknown): unknown {
  if (typeof body !== 'object' || body === null) return other;
  const names = Object.keys(body);
  const name = names[at % names.length];
  if (name === undefined) return other;
  if (!Array.isArray(body)) return { ...body, [name]: other };
  return body.map((item, index) => (String(index) === name ? damaged(item, at, other) : item));
}
