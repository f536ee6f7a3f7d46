// The words that Deed adds to OpenAPI (README says what they mean): one that is misspelt would mean nothing, and nobody would know.
import { isObject } from '../located.ts';
import { escapeStep } from '../pointer.ts';
import { maps, values } from '../values.ts';

/** What the value of a word is, in words, and whether one is that. */
interface Kind {
  is: string;
  holds: (value: unknown) => boolean;
}

const flag: Kind = { is: 'true or false', holds: (value) => typeof value === 'boolean' };
const name: Kind = { is: 'a name', holds: isText };

const words: Record<string, Kind> = {
  'x-owner': flag,
  'x-sort': {
    is: 'an object of { column: NAME, order: asc } or { column: NAME, order: desc }',
    holds: (value) => isObjectOf(value, isSort),
  },
  'x-filter': {
    is: 'true, or an object of objects with the value of each column',
    holds: (value) => value === true || isObjectOf(value, (condition) => isObjectOf(condition, isScalar)),
  },
  'x-search': {
    is: 'a list of columns, one at least',
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  },
  'x-not-with': name,
  'x-toggle': name,
  'x-unique': flag,
  'x-index': flag,
  'x-references': name,
  'x-renamed-from': name,
};

/**
 * What is nearly one of the words, and which one; and the words whose value they cannot have. Extensions of other tools
 * (OpenAPI 3.1, section 4.9) stay as they are.
 * @returns a line for each: `/paths/~1notes/get/x-fliter is no word of Deed's, and x-filter is`.
 */
export function wrongWords(document: unknown): string[] {
  const visit = (node: unknown, at: string, isMap: boolean): string[] => {
    if (!isObject(node)) return [];
    return Object.entries(node).flatMap(([key, value]) => {
      const here = `${at}/${escapeStep(key)}`;
      if (isMap) return visit(value, here, false);
      if (values.has(key)) return [];
      const wrong = complaintOf(key, value);
      const own = wrong === undefined ? [] : [`${here} ${wrong}`];
      return [...own, ...visit(value, here, maps.has(key) && !Array.isArray(value))];
    });
  };
  return visit(document, '', false);
}

/** What is wrong with a member; undefined when nothing is, or it is another tool's. */
function complaintOf(key: string, value: unknown): string | undefined {
  if (!/^x-/i.test(key)) return undefined;
  const kind = words[key];
  if (kind !== undefined) return kind.holds(value) ? undefined : `must be ${kind.is}`;
  const meant = Object.keys(words).find((word) => isNearly(key, word));
  return meant && `is no word of Deed's, and ${meant} is`;
}

function isSort(value: unknown): boolean {
  return isObject(value) && isText(value['column']) && (value['order'] === 'asc' || value['order'] === 'desc');
}

function isObjectOf(value: unknown, holds: (member: unknown) => boolean): boolean {
  return isObject(value) && !Array.isArray(value) && Object.values(value).every(holds);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isScalar(value: unknown): boolean {
  return !isObject(value);
}

/** Whether one slip (a letter more, less or another, or two exchanged) makes the word, whatever the case and the hyphens. */
function isNearly(written: string, word: string): boolean {
  const [a, b] = [plain(written), plain(word)];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return left.length + right.length <= 1 || (left.length === right.length && isSlip(left, right));
}

function isSlip(left: string, right: string): boolean {
  return left.length === 1 || (left.length === 2 && left[0] === right[1] && left[1] === right[0]);
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}
