// Where the parts of a YAML text stand, by its parsed nodes.
import { isCollection, isNode, isPair, isScalar, type YAMLMap, type YAMLSeq } from 'yaml';

/** A map or a list whose entries stand on lines of their own. */
export type Block = YAMLMap | YAMLSeq;

/** How far its entries are indented. */
export function indentOf(text: string, block: Block): number {
  const at = block.range?.[0] ?? 0;
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** Where the lines of an entry end, before the line break. What is said below the last one in comments goes with it. */
export function endOfEntry(text: string, block: Block, index: number): number {
  const end = endOfLine(text, lastCharacter(text, block.items[index]));
  if (index < block.items.length - 1) return end;
  const comments = new RegExp(`(?:(?:\\r?\\n[ \\t]*)*\\r?\\n {${indentOf(text, block)},}#[^\\r\\n]*)*`, 'y');
  comments.lastIndex = end;
  return end + (comments.exec(text)?.[0].length ?? 0);
}

export function endOfLine(text: string, at: number): number {
  const length = text.slice(at).search(/\r?\n/);
  return length < 0 ? text.length : at + length;
}

/** The key of an entry of a map. */
export function keyOf(entry: unknown): unknown {
  return isPair(entry) && isScalar(entry.key) ? entry.key.value : undefined;
}

/** The last character of an entry that is not white space. */
function lastCharacter(text: string, entry: unknown): number {
  if (isCollection(entry) && entry.flow !== true && entry.items.length > 0)
    return lastCharacter(text, entry.items.at(-1));
  if (isPair(entry)) return lastCharacter(text, isNode(entry.value) && entry.value.range ? entry.value : entry.key);
  const [start, end] = (isNode(entry) && entry.range) || [0, 0];
  return start + text.slice(start, end).trimEnd().length - 1;
}
