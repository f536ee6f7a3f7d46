// What must hold of every answer, whatever was asked: the checks that all kinds of requests share.
import { byRoute, type Contract } from '../../src/contract/contract.ts';
import type { ContractOperation } from '../../src/contract/contract-operation.ts';
import { contractCheck } from '../support/contract-check.ts';
import type { Draft } from './drafts.ts';
import type { JsonSchema, JsonValues } from './json-values.ts';
import type { Message, WireAnswer } from './wire.ts';
import { marker } from './world.ts';

/** To catch what hangs, not what is slow: other processes want the machine, too. */
const longest = 5_000;

export interface Checks {
  /** What is wrong with an answer to this operation; `undefined`: no operation has that path and method. */
  breaches(
    operation: ContractOperation | undefined,
    message: Pick<Message, 'method' | 'target'>,
    answer: WireAnswer,
  ): string[];
  /** The operation that a request line leads to. */
  operationAt(method: string, target: string): ContractOperation | undefined;
  /** What of the values that were sent did not come back as it was. */
  lost(schema: JsonSchema | undefined, draft: Draft, answer: WireAnswer): string[];
}

export function checksOf(contract: Contract, values: JsonValues): Checks {
  const documented = contractCheck(contract);
  const operationAt = matcher(contract);
  return {
    operationAt,
    breaches(operation, { method, target }, answer) {
      const found = [...ofAny(answer), ...ofProblem(method, answer)];
      if (operation === undefined) return [...found, ...ofNothing(contract, method, target, answer)];
      if (method !== 'HEAD') return [...found, ...documented(operation.id, answer)];
      return operation.responses.has(answer.status) ? found : [...found, `HEAD is answered ${answer.status}`];
    },
    lost: (schema, draft, answer) => (schema === undefined ? [] : lost(values, values.flat(schema), draft, answer)),
  };
}

function ofAny({ status, ms, text, headers }: WireAnswer): string[] {
  return [
    ...((status >= 500 && status !== 501) || Number.isNaN(status) ? [`the status is ${status}`] : []),
    ...(ms > longest ? [`it took ${Math.round(ms)} ms`] : []),
    ...(text.includes(marker) || [...headers.values()].some((value) => value.includes(marker))
      ? ["it contains another user's data"]
      : []),
    ...(/node_modules|\bat .+:\d+:\d+/.test(text) && status >= 400 ? ['it shows the inside'] : []),
  ];
}

function ofProblem(method: string, { status, headers, text }: WireAnswer): string[] {
  if (status < 400 || method === 'HEAD') return [];
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return [`${status} without a problem`];
  const problem = JSON.parse(text);
  const id = headers.get('x-request-id');
  return [
    ...(problem.status === status ? [] : [`the problem says ${problem.status}`]),
    ...(id === null || id === problem.instance ? [] : [`the problem is of ${problem.instance}`]),
  ];
}

/** Where the contract describes nothing: 404 for the path, 405 for the method, 400 for what cannot be read. */
function ofNothing(
  contract: Contract,
  method: string,
  target: string,
  { status, headers, text }: WireAnswer,
): string[] {
  const [path = ''] = target.split('?');
  const [, described] = [...byRoute(contract)].find(([, operations]) => matches(operations[0]?.path ?? '', path)) ?? [];
  if (described === undefined) {
    const type = text === '' ? undefined : JSON.parse(text).type;
    if (status === 400) return []; // a path, or a request, that cannot be read
    return status === 404 && [undefined, 'about:blank'].includes(type) ? [] : [`no such path is ${status} ${type}`];
  }
  const methods = described.map(({ method }) => method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const expected = method === 'OPTIONS' ? 204 : 405;
  // A path that cannot be decoded is 400 for every method.
  if (status === 400 && !decodes(path)) return [];
  return [
    ...(status === expected ? [] : [`${method} is answered ${status}`]),
    ...(headers.get('allow') === allow ? [] : [`Allow is ${headers.get('allow')}, not ${allow}`]),
  ];
}

function matcher(contract: Contract) {
  const routes = [...byRoute(contract).values()];
  return (method: string, target: string) => {
    const [path = ''] = target.split('?');
    const described = routes.find(([first]) => matches(first?.path ?? '', path));
    const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
    return described?.find((operation) => operation.method === wanted);
  };
}

/** Whether a path is one of these (OpenAPI 3.1, section 4.8.8.2): a parameter is anything but a slash. */
function matches(template: string, path: string): boolean {
  const steps = template.split('/');
  const taken = path.split('/');
  return (
    steps.length === taken.length &&
    steps.every((step, i) => (step.startsWith('{') ? taken[i] !== '' : step === taken[i]))
  );
}

function decodes(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/** Code point for code point; a moment as the same moment in UTC with milliseconds; a default where nothing was sent. */
function lost(values: JsonValues, { properties = {} }: JsonSchema, draft: Draft, answer: WireAnswer): string[] {
  const row = JSON.parse(answer.text) as Record<string, unknown>;
  const sent = draft.value as Record<string, unknown>;
  return Object.entries(properties).flatMap(([name, schema]) => {
    const value = name in sent ? sent[name] : draft.method === 'POST' ? values.flat(schema).default : undefined;
    if (value === undefined || JSON.stringify(row[name]) === JSON.stringify(stored(values, schema, value))) return [];
    return [`${name} was ${JSON.stringify(value)} and is ${JSON.stringify(row[name])}`];
  });
}

/** The value as it is to be answered. */
export function stored(values: JsonValues, schema: JsonSchema, value: unknown): unknown {
  const flat = values.flat(schema);
  const variants: JsonSchema[] = [flat, ...(flat.oneOf ?? []), ...(flat.anyOf ?? [])].map(values.flat);
  const isMoment = typeof value === 'string' && variants.some(({ format }) => format === 'date-time');
  return isMoment ? new Date(value).toISOString() : value;
}
