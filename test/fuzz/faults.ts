// Requests with exactly one thing wrong, and the answer that each has to get.
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { byRoute, type Contract } from '../../src/contract/contract.ts';
import { resourcesOf } from '../../src/contract/resources/resources.ts';
import { secret, tokenFor } from '../support/api.ts';
import { bodyFaults } from './body-faults.ts';
import {
  boundedSchema,
  type Described,
  type Draft,
  inHeader,
  isCursor,
  type Parameter,
  queryPair,
  validDrafts,
} from './drafts.ts';
import type { JsonValues } from './json-values.ts';

export interface Fault {
  /** What is wrong, in words. */
  wrong: string;
  status: number;
  change: (draft: Draft) => Draft;
}

export type Faults = fc.Arbitrary<Fault>[];

/** A place of another user's: as the owner in a path, or as an item of theirs. */
export const another = { owner: '<another>', item: '<theirs>' };

export function faultyDrafts(contract: Contract, values: JsonValues, described: Described) {
  const { operation } = described;
  const faults = [
    ...queryFaults(values, described),
    ...pathFaults(contract, values, described),
    ...headerFaults(values, described),
    ...bodyFaults(values, described),
    ...methodFaults(contract, described),
  ];
  const single = fc.tuple(validDrafts(values, described), fc.oneof(...faults));
  const plain = single.map(([draft, { wrong, status, change }]) => ({ wrong, status, draft: change(draft) }));
  if (!operation.secured) return plain;
  // Whatever else is wrong: who has no token learns only that one is needed. But where the method or the path does not
  // name an operation, there is nothing to need a token for.
  const anonymous = fc
    .tuple(plain, fc.constantFrom(...noTokens))
    .filter(([{ status, draft, wrong }]) => status !== 405 && draft.path === operation.path && wrong !== unreadablePath)
    .map(([{ draft }, authorization]) => ({ wrong: 'the token', status: 401, draft: { ...draft, authorization } }));
  return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: anonymous });
}

const unreadablePath = 'an unreadable path';

const noTokens: NonNullable<Draft['authorization']>[] = [
  () => undefined,
  () => 'Bearer',
  () => 'Bearer not.a.token',
  (user) => tokenFor(user),
  (user) => `Basic ${tokenFor(user)}`,
  (user) => `Bearer ${tokenFor(user)}x`,
  (user) => `Bearer ${tokenFor(user, { iat: 1 }).split('.').slice(0, 2).join('.')}.`,
  (user) => `Bearer ${jwt.sign({ sub: user }, secret, { expiresIn: '-1h' })}`,
  (user) => `Bearer ${jwt.sign({ sub: user }, secret, { expiresIn: '2h', notBefore: '1h' })}`,
  (user) => `Bearer ${jwt.sign({ sub: user }, secret)}`,
  (user) => `Bearer ${jwt.sign({ sub: user }, secret, { expiresIn: '1h', algorithm: 'HS512' })}`,
  (user) => `Bearer ${jwt.sign({ sub: user }, `not ${secret}`, { expiresIn: '1h' })}`,
  (user) => `Bearer ${jwt.sign({ sub: user, exp: 9e9 }, '', { algorithm: 'none' })}`,
];

const change = (wrong: string, status: number, edit: (draft: Draft) => Partial<Draft>) => (): Fault => ({
  wrong,
  status,
  change: (draft) => ({ ...draft, ...edit(draft) }),
});

const always = (wrong: string, status: number, edit: (draft: Draft) => Partial<Draft>) =>
  fc.constant(null).map(change(wrong, status, edit));

function queryFaults(values: JsonValues, { parameters }: Described): Faults {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const add = (wrong: string, status: number, ...pairs: string[]) =>
    change(wrong, status, ({ query }) => ({ query: [...without(query, pairs), ...pairs] }))();
  const unknown = fc.constantFrom('x', '__proto__', 'constructor', 'toString', 'limit[]', 'LIMIT', 'a.b', '%00');
  return [
    unknown.map((name) => add('an unknown query parameter', 400, `${name}=1`)),
    fc.constantFrom('%', '%zz', '%ff', '%ed%a0%80', 'x=%c0%80').map((pair) => add('an unreadable query', 400, pair)),
    ...known.flatMap((parameter) => [
      brokenText(values, parameter).map((text) =>
        add(`the value of ${parameter.name}`, 422, `${parameter.name}=${text}`),
      ),
      ...(isCursor(parameter, known)
        ? [
            fc
              .base64String({ minLength: 1 })
              .map((text) => add('a foreign cursor', 400, `${parameter.name}=${encodeURIComponent(text)}`)),
          ]
        : [queryPair(values, parameter).map((pair) => add(`${parameter.name} twice`, 422, pair, pair))]),
      ...known
        .filter(({ name }) => name === parameter.notWith)
        .map((other) =>
          queryPair(values, parameter).map((pair) => add('what excludes each other', 400, pair, `${other.name}=x`)),
        ),
    ]),
  ];
}

/** What is left of the query when these pairs take the place of others of their name, or exclude them. */
function without(query: string[], pairs: string[]): string[] {
  const names = new Set(pairs.map((pair) => pair.split('=')[0]));
  // A cursor does not go together with an offset: neither stays beside the other.
  return query.filter((pair) => !names.has(pair.split('=')[0]) && !names.has('cursor'));
}

const aliases = [
  '01',
  '1.0',
  '1e0',
  '+1',
  '%2B1',
  '0x1',
  '%201',
  '1%20',
  '1,2',
  'one',
  'NaN',
  '1%00',
  '%D9%A1',
  '-0',
  '1e400',
];

/** Encoded text that is no value of the parameter. */
function brokenText(values: JsonValues, parameter: Parameter): fc.Arbitrary<string> {
  const schema = boundedSchema(values, parameter);
  const isNumber = ['integer', 'number'].includes(String(schema.type));
  const long = fc.constant('x'.repeat((schema.maxLength ?? 0) + 1));
  const broken = values
    .broken(schema)
    .filter((value) => (isNumber ? Number.isInteger(value) : typeof value === 'string'))
    .map((value) => encodeURIComponent(isNumber ? plain(value) : String(value)))
    .filter((text) => text.length < 8_000); // beyond 16 kB of head it is no request any more
  if (isNumber) return fc.oneof(fc.constantFrom(...aliases), broken);
  return fc.oneof(fc.constant('a%00b'), schema.maxLength === undefined ? broken : long, broken);
}

/** A number without an exponent. */
function plain(value: unknown): string {
  return BigInt(Number(value)).toString();
}

function pathFaults(contract: Contract, values: JsonValues, { operation, parameters }: Described): Faults {
  const nowhere = isShared(contract, operation) ? ['9007199254740991'] : [another.item, '9007199254740991'];
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const put = (wrong: string, status: number, { name }: Parameter, text: string) =>
    change(wrong, status, ({ place }) => ({ place: { ...place, [name]: text } }))();
  const moved = (path: string) => change('an address that is not quite one', 404, () => ({ path }))();
  return [
    fc.constantFrom(...variants(operation.path)).map(moved),
    ...inPath.flatMap((parameter) => [
      fc.constantFrom('%', '%zz', '%ff', '%ed%a0%80').map((text) => put(unreadablePath, 400, parameter, text)),
      ...(parameter.owner
        ? [
            fc
              .constantFrom(another.owner, 'nobody', '%00', '%20')
              .map((text) => put("another user's path", 403, parameter, text)),
          ]
        : [
            brokenText(values, parameter)
              .filter((text) => text !== '')
              .map((text) => put(`the value of ${parameter.name}`, 422, parameter, text)),
            fc.constantFrom(...nowhere).map((text) => put('nothing there', 404, parameter, text)),
          ]),
    ]),
  ];
}

/** Whether the rows of an operation belong to nobody: then there are no others'. */
function isShared({ document }: Contract, { id }: Described['operation']): boolean {
  const { resources } = resourcesOf(document);
  return resources.some(({ owner, operations }) => owner === 'nobody' && operations.some((one) => one.id === id));
}

/** Addresses that a lenient router would take for this one. */
function variants(path: string): string[] {
  if (path === '/') return ['/x', '/index.html'];
  const upper = path.replace(/[a-z](?=[^{}]*(\{|$))/, (letter) => letter.toUpperCase());
  return [
    `${path}/`,
    `/${path}`,
    `${path}/x/y/z`,
    upper,
    `${path}%00`.replace('}%00', '}/%00'),
    `${path}.json`.replace('}.json', '}/.json'),
  ];
}

function headerFaults(values: JsonValues, { parameters }: Described): Faults {
  return parameters
    .filter((parameter) => parameter.in === 'header')
    .map((parameter) =>
      values
        .broken(boundedSchema(values, parameter))
        .filter((value): value is string => typeof value === 'string' && inHeader.test(value))
        .map((value) =>
          change(`the value of ${parameter.name}`, 422, ({ headers }) => ({
            headers: { ...headers, [parameter.name]: value },
          }))(),
        ),
    );
}

/** The methods that the path does not have. */
function methodFaults(contract: Contract, { operation }: Described): Faults {
  const described = byRoute(contract).get(operation.route) ?? [];
  const had = new Set(described.map(({ method }) => method.toUpperCase()));
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE', 'QUERY'].filter(
    (method) => !had.has(method),
  );
  return others.map((method) => always(`the method ${method}`, 405, () => ({ method })));
}
