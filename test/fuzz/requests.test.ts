// Every operation of the contract under random requests: fine ones, ones with a single fault, and damaged bytes.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { isWritten } from '../support/contract-requests.ts';
import { checksOf } from './answers.ts';
import { bodyLimit } from './body-faults.ts';
import { type Described, type Draft, describedBy, validDrafts } from './drafts.ts';
import { faultyDrafts } from './faults.ts';
import { mutated, mutations } from './mutations.ts';
import { parameters, report, requestsOf, timeout } from './settings.ts';
import type { Message, WireAnswer } from './wire.ts';
import { createWorld, Tally } from './world.ts';

const world = await createWorld();
const { contract, values, wire } = world;
const checks = checksOf(contract, values);
const tally = new Tally();
const operations = contract.operations
  .filter(isWritten)
  .map((operation) => [operation.id, describedBy(contract, operation)] as const);

/** Everybody who calls here, each with a name that some part of the way might spoil. */
const users: string[] = [];
const names = ['me@example.com', 'ä 👍', 'a/b', '%', "o'hara", '\u0661', 'a?b#c', '..'];
function newUser(purpose: string): string {
  const user = `${names[users.length % names.length]} ${purpose}`;
  users.push(user);
  return user;
}

/** Says what was asked and answered, with what is wrong with it, in a form to be read and sent again. */
function verdict(wrong: string[], request: string, answer: WireAnswer | undefined): void {
  if (wrong.length === 0) return;
  const headers = [...(answer?.headers ?? [])].map(([name, value]) => `${name}: ${value}`);
  const said =
    answer === undefined ? 'no answer' : [answer.status, ...headers, '', answer.text.slice(0, 2_000)].join('\n');
  throw new Error(`${wrong.join('; ')}\n--- asked\n${request}\n--- answered\n${said}\n---`);
}

const printed = ({ method, target, headers, body }: Message) =>
  [`${method} ${target}`, ...headers.map((pair) => pair.join(': ')), '', body?.toString().slice(0, 2_000) ?? ''].join(
    '\n',
  );

async function ask(operation: ContractOperation, draft: Draft, user: string, kind: string) {
  const fitted = await world.fitting(operation, fresh(draft), user);
  const message = await world.message(operation, fitted, user);
  const answer = await wire.send(message);
  tally.count(operation.id, kind);
  if (operation.method === 'delete' && answer.status === 204) world.forget(user);
  const wrong = checks.breaches(checks.operationAt(message.method, message.target), message, answer);
  return { message, fitted, answer, wrong: [...wrong, ...world.unboundStatements(users)] };
}

/** A key that was used before would answer for the request it was used with. */
let keys = 0;
function fresh(draft: Draft): Draft {
  const { 'Idempotency-Key': key, ...headers } = draft.headers;
  if (key === undefined || !/^[!-~]{1,200}$/.test(key)) return draft;
  keys += 1;
  return { ...draft, headers: { ...headers, 'Idempotency-Key': `${key}-${keys}` } };
}

function accepted(operation: ContractOperation, { headers }: Draft): number[] {
  return [...operation.responses.keys()].filter(
    (status) =>
      status < 300 ||
      (status === 409 && world.hasUnique(operation)) ||
      (status === 304 && headers['If-None-Match'] !== undefined) ||
      (status === 412 && headers['If-Match'] !== undefined),
  );
}

/** What keeps to every limit of the contract can still be too much at once. */
function isTooLarge({ body }: Message): boolean {
  return body !== undefined && body.length > bodyLimit;
}

async function acceptsValid({ operation, body }: Described, draft: Draft, user: string): Promise<void> {
  const { message, fitted, answer, wrong } = await ask(operation, draft, user, 'valid');
  const expected = isTooLarge(message) ? [413] : accepted(operation, draft);
  if (!expected.includes(answer.status))
    wrong.push(`a valid request is ${answer.status}, not ${expected.join(' or ')}`);
  if (answer.status < 300 && answer.status !== 204) wrong.push(...checks.lost(body, fitted, answer));
  const address = answer.headers.get('location');
  if (answer.status === 201 && address !== null) wrong.push(...(await notThere(address, user, answer)));
  verdict(wrong, printed(message), answer);
}

/** What was created is where its `Location` says, as it was answered. */
async function notThere(target: string, user: string, created: WireAnswer): Promise<string[]> {
  const operation = checks.operationAt('GET', target);
  if (operation === undefined) return [`nothing reads ${target}`];
  const draft = { method: 'GET', path: target, place: {}, query: [], headers: {}, body: undefined, value: undefined };
  const { answer, wrong } = await ask(operation, draft, user, 'valid');
  const same = answer.text === created.text && answer.headers.get('etag') === created.headers.get('etag');
  return same ? wrong : [...wrong, `${target} is ${answer.status} ${answer.text}`];
}

describe.concurrent.each(operations)('%s', (id, described) => {
  const { operation } = described;

  it('accepts what the contract admits, and answers as it says', { timeout }, async () => {
    const user = newUser(`${id} valid`);
    const property = fc.asyncProperty(validDrafts(values, described), (draft) => acceptsValid(described, draft, user));
    await fc.assert(property, parameters(requestsOf(operation)));
  });

  it('refuses a single fault with the status of that fault', { timeout }, async () => {
    const user = newUser(`${id} fault`);
    const property = fc.asyncProperty(
      faultyDrafts(contract, values, described),
      async ({ wrong: what, status, draft }) => {
        const { message, answer, wrong } = await ask(operation, draft, user, 'fault');
        const isFirst = isTooLarge(message) && answer.status === 413;
        if (answer.status !== status && !isFirst) wrong.push(`${what} is ${answer.status}, not ${status}`);
        verdict(wrong, printed(message), answer);
      },
    );
    await fc.assert(property, parameters(requestsOf(operation)));
  });

  it('takes any bytes without a fault of its own', { timeout }, async () => {
    const user = newUser(`${id} bytes`);
    const drafts = fc.tuple(validDrafts(values, described), mutations(operation.body !== 'none'));
    const property = fc.asyncProperty(drafts, async ([draft, mutation]) => {
      const message = await world.message(operation, fresh(draft), user);
      const { bytes, body } = mutated(message, mutation);
      const answer = await wire.sendBytes(bytes);
      tally.count(id, 'bytes');
      if (operation.method === 'delete' && answer?.status === 204) world.forget(user);
      verdict(
        [...ofBytes(bytes, body, described, answer), ...world.unboundStatements(users)],
        printable(bytes),
        answer,
      );
    });
    await fc.assert(property, parameters(requestsOf(operation)));
  });
});

/** `body`: what was damaged, if that was the body alone. */
function ofBytes(
  bytes: Buffer,
  body: Buffer | undefined,
  described: Described,
  answer: WireAnswer | undefined,
): string[] {
  if (answer === undefined) return body === undefined ? [] : ['a request with a whole frame was not answered'];
  const [, method = '', target = ''] = /^(\S+) (\S+) HTTP\/1\.1\r\n/.exec(bytes.toString('latin1')) ?? [];
  // Without an id it was not even a request, and Node said so.
  if (!answer.headers.has('x-request-id')) return ['it has no id'];
  // What never became a request is refused before there is an operation to ask.
  if ([400, 408, 417, 431].includes(answer.status) && answer.text.includes('"type":"about:blank"')) return [];
  // Where a target is not a plain path, what it leads to is for RFC 3986 to say; that it does no harm is enough.
  const plain = /^\/[^#\\]*$/.test(target) && !target.includes('//');
  if (!plain) return answer.status >= 500 ? [`the status is ${answer.status}`] : [];
  const wrong = checks.breaches(checks.operationAt(method, target), { method, target }, answer);
  const taken = body !== undefined && described.body !== undefined && answer.status < 300;
  return taken && !values.keeps(described.body ?? {}, JSON.parse(body.toString()))
    ? [...wrong, 'it took what is invalid']
    : wrong;
}

function printable(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1').slice(0, 4_000));
}

afterAll(() => {
  expect(world.unboundStatements(users)).toEqual([]);
  report(tally);
});
