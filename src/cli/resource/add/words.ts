// The names that a resource goes by: `line_item` is LineItem in schemas, `line-items` in paths, "a line item" in prose.
import { capitalised, spaced, withArticle } from '../words.ts';

export interface Names {
  /** In columns and parameters: `line_item`. */
  singular: string;
  /** In tables: `line_items`. */
  plural: string;
  /** In paths: `line-items`. */
  segment: string;
  /** In schemas and operations: `LineItem`. */
  schema: string;
  /** In the names of lists: `LineItems`. */
  schemas: string;
  /** In prose: `line item`, `a line item`, `line items`. */
  one: string;
  aOne: string;
  many: string;
}

export function namesOf(singular: string, plural = pluralOf(singular)): Names {
  return {
    singular,
    plural,
    segment: plural.replaceAll('_', '-'),
    schema: pascal(singular),
    schemas: pascal(plural),
    one: spaced(singular),
    aOne: withArticle(spaced(singular)),
    many: spaced(plural),
  };
}

/** The regular plural; the others are said with `--plural`. */
function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies');
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/** `line_item`: `LineItem`. */
export function pascal(name: string): string {
  return name.split('_').map(capitalised).join('');
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
