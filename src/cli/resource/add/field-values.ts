// The values that stand in the options of a field: numbers, the values of an enum, defaults of its type.
import { isDateTime } from '../../../contract/date-time.ts';
import type { FieldType, NewField, Word } from './new-field.ts';

const maxEnum = 50;

export function readEnum(word: Word): string[] {
  const values = word.text.split('|');
  const strange = values.find((value) => !/^[\w.-]([\w .-]*[\w.-])?$/.test(value));
  if (strange !== undefined) {
    word.refuse(
      `"${strange}" cannot be a value of enum=: use letters, digits, "_", "." and "-", and "|" between values`,
    );
  }
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (twice !== undefined) word.refuse(`enum= has "${twice}" twice`);
  if (values.length > maxEnum) word.refuse(`enum= has more than ${maxEnum} values`);
  return values;
}

/** The number that stands in a word. */
export function numberOf(word: Word | undefined, type: FieldType): number | undefined {
  if (word === undefined) return undefined;
  const value = Number(word.text);
  const spelled = type === 'float' ? /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i : /^-?\d+$/;
  if (!spelled.test(word.text) || !Number.isFinite(value))
    word.refuse(`"${word.text}" is not a number of type ${type}`);
  if (type !== 'float' && !Number.isSafeInteger(value)) word.refuse(`${word.text} is over the largest safe integer`);
  return value;
}

export function readDefault(word: Word, field: NewField): string | number | boolean {
  const { type, text } = { type: field.type, text: word.text };
  if (type === 'bool') {
    if (text !== 'true' && text !== 'false') word.refuse(`the default of a bool is true or false, not "${text}"`);
    return text === 'true';
  }
  if (type === 'int' || type === 'float') return within(numberOf(word, type) ?? 0, word, field);
  if (type === 'datetime') {
    if (!isDateTime(text)) word.refuse(String.raw`"${text}" is not a moment: write 2026-03-01T09\:00\:00Z`);
    return text;
  }
  if (field.enum !== undefined && !field.enum.includes(text)) word.refuse(`"${text}" is not a value of enum=`);
  if (field.enum === undefined) within([...text].length, word, field);
  return text;
}

/** A default that the contract's own limits would refuse helps nobody. */
function within(size: number, word: Word, { type, min, max }: NewField): number {
  const what = type === 'int' || type === 'float' ? `${size}` : `a text of ${size} characters`;
  if (min !== undefined && size < min) word.refuse(`${what} is under min=${min}`);
  if (max !== undefined && size > max) word.refuse(`${what} is over max=${max}`);
  return size;
}
