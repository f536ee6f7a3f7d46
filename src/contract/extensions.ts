// The words that Deed adds to OpenAPI (README says what they mean): one that is misspelt would mean nothing, and nobody would know.
import { isObject } from './located.ts';
import { escapeStep } from './raw-request.ts';

const words = [
  'x-owner',
  'x-sort',
  'x-filter',
  'x-search',
  'x-not-with',
  'x-toggle',
  'x-unique',
  'x-index',
  'x-references',
  'x-renamed-from',
];

/** Where the keys are names and no words: an `x-` there is what somebody called a thing. */
const maps = new Set(['paths', 'properties', 'headers', 'schemas', 'parameters', 'responses', 'requestBodies']);

/** Where anything may stand. */
const values = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * What is nearly one of the words, and which one. Extensions of other tools (OpenAPI 3.1, section 4.9) stay as they are.
 * @returns a line for each: `/paths/~1notes/get/x-fliter is no word of Deed's, and x-filter is`.
 */
export function misspelt(document: object): string[] {
  const visit = (node: unknown, at: string, isMap: boolean): string[] => {
    if (!isObject(node)) return [];
    return Object.entries(node).flatMap(([key, value]) => {
      const here = `${at}/${escapeStep(key)}`;
      if (isMap) return visit(value, here, false);
      if (values.has(key)) return [];
      const meant = /^x-/i.test(key) && !words.includes(key) ? words.find((word) => isNearly(key, word)) : undefined;
      const own = meant === undefined ? [] : [`${here} is no word of Deed's, and ${meant} is`];
      return [...own, ...visit(value, here, maps.has(key) && !Array.isArray(value))];
    });
  };
  return visit(document, '', false);
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
