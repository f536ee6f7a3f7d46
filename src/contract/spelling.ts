// How a value is written where all is text, in paths, queries and headers: one value has one spelling.
import type { Shape } from './shape.ts';

/** How values are spelled: an integer as `1`, and not as `01`, `1.0`, `1e0`, `+1` or `0x1`. */
const spellings = {
  integer: /^(0|-?[1-9]\d*)$/,
  number: /^-?(0|[1-9]\d*)(\.\d+)?$/,
  boolean: /^(true|false)$/,
};

/** The types whose values can be spelled in several ways. */
export type Spelling = keyof typeof spellings;

/** The type of a parameter, if its values could be spelled in several ways. */
export function spellingOf({ types }: Shape): Spelling | undefined {
  return types.find((name) => name in spellings) as Spelling | undefined; // seen: in it
}

/** Whether a text is a value of this type in its usual spelling. */
export function isSpelled(type: Spelling, value: string): boolean {
  return spellings[type].test(value) && (type === 'boolean' || Number.isFinite(Number(value)));
}
