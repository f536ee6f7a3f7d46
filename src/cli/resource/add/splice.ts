// Adds to the maps and lists of a YAML text without moving a byte of what stands there: new lines between the old ones.
import { isDeepStrictEqual } from 'node:util';
import { type Document, isCollection, isMap, isScalar, isSeq, parse, parseDocument } from 'yaml';
import { yamlLines } from './yaml-lines.ts';
import { type Block, endOfEntry, endOfLine, indentOf, keyOf } from './yaml-places.ts';

type Entries = Record<string, unknown> | unknown[];

interface Place {
  /** The key in the map, or the number in the list, of what the new ones follow. By default the last. */
  after?: string | number | undefined;
  /** Where empty lines go: before each of the new ones, or before the first alone. */
  space?: 'each' | 'first' | undefined;
}

export class Splice {
  readonly #text: string;
  readonly #document: Document.Parsed;
  /** What the text is to say in the end. */
  readonly #expected: Document;
  readonly #lineEnd: string;
  readonly #step: number;
  readonly #insertions: { at: number; text: string }[] = [];

  /** @throws Error when the text is no YAML. */
  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text);
    this.#expected = this.#document.clone();
    const [error] = this.#document.errors;
    if (error !== undefined) throw new Error(`openapi.yaml cannot be read: ${error.message}`);
    this.#lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
    this.#step = this.#widthOfALevel();
  }

  /** What the text says before anything is added. */
  value(): unknown {
    return this.#document.toJS();
  }

  /** Adds to the map or the list at `path`, which is made if it is not there. */
  add(path: string[], entries: Entries, place: Place = {}): void {
    const [key, node] = [path.at(-1), this.#document.getIn(path, true)];
    if (node === undefined && key !== undefined) {
      this.add(path.slice(0, -1), { [key]: entries }, { space: 'first' });
      return;
    }
    const block = this.#block(path, node);
    const after = place.after ?? block.items.length - 1;
    const index = typeof after === 'number' ? after : block.items.findIndex((item) => keyOf(item) === after);
    const written = Object.entries(entries).map(([name, value]) =>
      yamlLines(isSeq(block) ? [value] : { [name]: value }, this.#step),
    );
    const indent = ' '.repeat(indentOf(this.#text, block));
    const lines = written.flatMap((part, at) => [
      ...(place.space === 'each' || (place.space === 'first' && at === 0) ? [''] : []),
      ...part.map((line) => (line === '' ? '' : indent + line)),
    ]);
    this.#insert(endOfEntry(this.#text, block, index), lines);
    this.#expect(
      path,
      index,
      written.map((part) => parse(part.join('\n'))),
    );
  }

  /** Adds a line to a text of many, below the first that contains `mark`, if there is one. */
  addLine(path: string[], mark: string, line: string): void {
    const node = this.#document.getIn(path, true);
    if (!isScalar(node) || node.type !== 'BLOCK_LITERAL' || !node.range) return;
    const at = this.#text.slice(0, node.range[1]).indexOf(mark, node.range[0]);
    if (at < 0) return;
    const start = this.#text.lastIndexOf('\n', at) + 1;
    this.#insert(endOfLine(this.#text, at), [`${/^ */.exec(this.#text.slice(start))?.[0]}${line}`]);
    const lines = String(node.value).split('\n');
    lines.splice(lines.findIndex((old) => old.includes(mark)) + 1, 0, line);
    this.#expected.setIn(path, lines.join('\n'));
  }

  /** The text with all that was added, and what it says: all that it said before, and the additions. @throws Error if not. */
  result(): { text: string; value: unknown } {
    const inOrder = this.#insertions.toSorted((a, b) => a.at - b.at);
    const pieces = inOrder.map(({ at, text }, index) => this.#text.slice(inOrder[index - 1]?.at ?? 0, at) + text);
    const text = pieces.join('') + this.#text.slice(inOrder.at(-1)?.at ?? 0);
    const result = parseDocument(text);
    const value: unknown = result.toJS();
    if (result.errors.length > 0 || !isDeepStrictEqual(value, this.#expected.toJS())) {
      throw new Error('openapi.yaml is written in a way that nothing can be added safely: add the resource by hand');
    }
    return { text, value };
  }

  #block(path: string[], node: unknown): Block {
    if (isCollection(node) && node.flow !== true && node.items.length > 0) return node as Block; // there is no third kind
    throw new Error(`openapi.yaml: ${path.join('.')} is not written as a block of lines: nothing can be added to it`);
  }

  #expect(path: string[], index: number, values: unknown[]): void {
    const block = this.#expected.getIn(path, true);
    for (const value of values) {
      if (isMap(block))
        for (const [name, one] of Object.entries(value as object)) this.#expected.setIn([...path, name], one);
    }
    const items = values.flat().map((value) => this.#expected.createNode(value));
    if (isSeq(block)) block.items.splice(index + 1, 0, ...items);
  }

  #insert(at: number, lines: string[]): void {
    this.#insertions.push({ at, text: lines.map((line) => this.#lineEnd + line).join('') });
  }

  #widthOfALevel(): number {
    const root = this.#document.contents;
    const maps = isMap(root) ? root.items.map(({ value }) => value) : [];
    const first = maps.find((value) => isMap(value) && value.flow !== true);
    return isMap(first) ? Math.max(indentOf(this.#text, first), 1) : 2;
  }
}
