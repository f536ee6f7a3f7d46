// Refuses what the validator would let through by coercing or repairing it: checked on the text as it was sent.
import { Problem, type RefusedValue } from '../problem.ts';
import type { ContractOperation } from './contract-operation.ts';
import { escapeStep } from './pointer.ts';
import { isSpelled } from './spelling.ts';

/** The query as pairs, strictly decoded. */
export type Query = [name: string, value: string][];

/** @throws Problem 400 when the query cannot be read, or has a parameter that is not there or does not go together with another. */
export function readQuery({ parameters }: ContractOperation, url: string): Query {
  const start = url.indexOf('?');
  if (start < 0) return [];
  const pairs = url
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): Query[number] => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    });
  for (const [name] of pairs) {
    const parameter = parameters.find((candidate) => candidate.in === 'query' && candidate.name === name);
    if (parameter === undefined) {
      refuse(`There is no query parameter "${name}".`, name, 'is not a parameter of this operation', 'unknown');
    }
    const other = parameter.notWith;
    if (other !== undefined && pairs.some(([given]) => given === other)) {
      refuse(`"${name}" does not go together with "${other}".`, name, `must not come with ${other}`, 'excluded');
    }
  }
  return pairs;
}

/** What is wrong with the parameters of a request, as far as the validator cannot see it any more. */
export function refusedParameters(
  { parameters }: ContractOperation,
  url: string,
  params: Readonly<Record<string, string>>,
  query: Query,
): RefusedValue[] {
  const refused = repeated(query);
  const [path = ''] = url.split('?', 1);
  const segments = path.split('/');
  for (const { name, in: place, spelling, segment, mayBeEmpty } of parameters) {
    if (place === 'header') continue;
    const value = place === 'path' ? params[name] : query.find(([given]) => given === name)?.[1];
    if (value === undefined) continue;
    if (value === '' && !mayBeEmpty) {
      refused.push({ parameter: name, message: 'must not be empty', code: 'empty' });
      continue;
    }
    refused.push(...refuseText(value, { parameter: name }));
    const encoded = segments[segment] ?? '';
    if (spelling === undefined ? isOddlyEncoded(encoded) : encoded.includes('%') || !isSpelled(spelling, value)) {
      refused.push({ parameter: name, message: `must be ${spelling ?? 'text'} in its usual spelling`, code: 'type' });
    }
  }
  return refused;
}

/**
 * Whether it would be another address of the same thing (RFC 3986, section 6.2.2): with a character encoded that stands for itself
 * everywhere, or with `%2f` for `%2F`. But for a segment of dots, which clients would take for a step up.
 */
function isOddlyEncoded(segment: string): boolean {
  if (!segment.includes('%') || /^(%2E){1,2}$/i.test(segment)) return false;
  return [...segment.matchAll(/%(..)/g)].some(
    ([, digits = '']) => /[a-f]/.test(digits) || /[\w.~-]/.test(String.fromCharCode(Number.parseInt(digits, 16))),
  );
}

/** Values within values; what is deeper would be too much for many a JSON library, and for this server's own recursions. */
const deepest = 100;

/**
 * Every text of a JSON value that could not be stored and read back as it is: with NUL or an unpaired surrogate. And the first value
 * of each branch that is too deep, which only a schema that is open lets in. What is refused `already` is not looked into.
 */
export function refusedTexts(
  body: unknown,
  already: ReadonlySet<string | undefined>,
  pointer = '',
  depth = 0,
): RefusedValue[] {
  if (already.has(pointer)) return [];
  if (typeof body === 'string') return refuseText(body, { pointer });
  if (typeof body !== 'object' || body === null) return [];
  if (depth === deepest) return [{ pointer, message: `must not be more than ${deepest} levels deep`, code: 'depth' }];
  return Object.entries(body).flatMap(([key, value]) =>
    refusedTexts(value, already, `${pointer}/${escapeStep(key)}`, depth + 1),
  );
}

function refuseText(value: string, place: Pick<RefusedValue, 'pointer' | 'parameter'>): RefusedValue[] {
  if (value.isWellFormed() && !value.includes('\0')) return [];
  return [{ ...place, message: 'must be text without NUL and unpaired surrogates', code: 'text' }];
}

function repeated(query: Query): RefusedValue[] {
  const names = query.map(([name]) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((parameter) => ({
    parameter,
    message: 'must be given once',
    code: 'repeated',
  }));
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
