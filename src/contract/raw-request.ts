// Refuses what the validator would let through by coercing or repairing it: checked on the text as it was sent.
import type { Request } from 'express';
import { Problem, type RefusedValue } from '../http/problem.ts';
import type { ContractOperation, ContractParameter } from './contract.ts';

/** The only spelling of each value: `1`, and not `01`, `1.0`, `1e0`, `+1` or `0x1`. */
const canonical: Record<string, RegExp> = {
  integer: /^(0|-?[1-9]\d*)$/,
  number: /^-?(0|[1-9]\d*)(\.\d+)?$/,
  boolean: /^(true|false)$/,
};

/**
 * What is wrong with the parameters of a request, as far as the validator cannot see it any more.
 * @throws Problem 400 when the query cannot be read at all.
 */
export function refusedParameters(operation: ContractOperation, req: Request): RefusedValue[] {
  const query = readQuery(operation, req.originalUrl);
  const path = Object.entries(req.params).map(([name, value]): [string, string] => [name, String(value)]);
  const segments = req.originalUrl.split('?')[0]?.split('/') ?? [];
  return [
    ...repeated(query),
    ...[...path, ...query].flatMap(([name, value]) => refuseText(value, { parameter: name })),
    ...path.flatMap(([name, value]) => refuseAlias(operation, name, value, segments.includes(value))),
    ...query.flatMap(([name, value]) => refuseAlias(operation, name, value)),
  ];
}

/**
 * Every text of a JSON value that could not be stored and read back as it is: with NUL or an unpaired surrogate. It is for a
 * body that keeps to its schema, and so is no larger and no deeper than that.
 */
export function refusedTexts(body: unknown, pointer = ''): RefusedValue[] {
  if (typeof body === 'string') return refuseText(body, { pointer });
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => refusedTexts(value, `${pointer}/${escapeStep(key)}`));
}

/** A property name as a step of a JSON Pointer (RFC 6901, section 3). */
export function escapeStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function refuseText(value: string, place: Pick<RefusedValue, 'pointer' | 'parameter'>): RefusedValue[] {
  if (value.isWellFormed() && !value.includes('\0')) return [];
  return [{ ...place, message: 'must be text without NUL and unpaired surrogates', code: 'text' }];
}

/** `plain`: whether the value was sent without percent-encoding, which would be another address of the same thing. */
function refuseAlias({ parameters }: ContractOperation, name: string, value: string, plain = true): RefusedValue[] {
  const parameter = parameters.find((candidate) => candidate.name === name && candidate.in !== 'header');
  const type = parameter && [...typesOf(parameter)].find((candidate) => candidate in canonical);
  const isNumber = type === 'integer' || type === 'number';
  if (type === undefined) return [];
  if (plain && canonical[type]?.test(value) && (!isNumber || Number.isFinite(Number(value)))) return [];
  return [{ parameter: name, message: `must be ${type} in its usual spelling`, code: 'type' }];
}

function typesOf({ schema }: ContractParameter): string[] {
  return [schema.type ?? schema.allOf?.[0]?.type ?? []].flat();
}

function repeated(query: [string, string][]): RefusedValue[] {
  const names = query.map(([name]) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((parameter) => ({
    parameter,
    message: 'must be given once',
    code: 'repeated',
  }));
}

/** The query as pairs, strictly decoded. */
function readQuery({ parameters }: ContractOperation, url: string): [string, string][] {
  const start = url.indexOf('?');
  const query = (start < 0 ? '' : url.slice(start + 1)).split('&').filter((pair) => pair !== '');
  const pairs = query.map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    return [decode(name), decode(value.join('='))];
  });
  const known = new Map(parameters.filter((p) => p.in === 'query').map((p) => [p.name, p]));
  for (const [name] of pairs) {
    const parameter = known.get(name);
    if (parameter === undefined) {
      refuse(`There is no query parameter "${name}".`, name, 'is not a parameter of this operation', 'unknown');
    }
    const other = parameter?.notWith;
    if (other !== undefined && pairs.some(([name]) => name === other)) {
      refuse(`"${name}" does not go together with "${other}".`, name, `must not come with ${other}`, 'excluded');
    }
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new Problem('BadRequest', 'The query is not valid percent-encoded UTF-8.', { cause });
  }
}

function refuse(detail: string, parameter: string, message: string, code: string): never {
  throw new Problem('BadRequest', detail, { errors: [{ parameter, message, code }] });
}
