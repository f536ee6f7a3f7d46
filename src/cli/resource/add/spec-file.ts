// Reads `--spec note.yaml`: the same as the options say; what is wrong is named by its line.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { UsageError } from '../usage-error.ts';
import { readField } from './field.ts';
import { readFieldFlag } from './field-flag.ts';
import type { NewField, Word, WrittenField } from './new-field.ts';
import { checkedSpec, readReference, readToggle, type Spec } from './spec.ts';

const members = ['name', 'plural', 'shared', 'flat', 'toggle', 'parent', 'belongs_to', 'fields'];

/** @throws UsageError with the line of what is wrong. */
export function readSpecFile(file: string, text: string): Spec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuse = (node: unknown, message: string): never => {
    const at = (node as Partial<Node> | null)?.range?.[0] ?? 0; // any node has it, and null has not
    throw new UsageError(`${file}:${lines.linePos(at).line}: ${message}`);
  };
  const [error] = document.errors;
  if (error !== undefined) throw new UsageError(`${file}: ${error.message}`);
  const root: unknown = document.contents;
  if (!isMap(root)) return refuse(root, `it must be a map of ${members.join(', ')}`);
  return checkedSpec(new SpecReader(root, refuse).read());
}

type Refuse = (node: unknown, message: string) => never;

class SpecReader {
  readonly #root: YAMLMap;
  readonly #refuse: Refuse;

  constructor(root: YAMLMap, refuse: Refuse) {
    this.#root = root;
    this.#refuse = refuse;
  }

  read(): Spec {
    for (const { key } of this.#root.items) {
      const name = String(isScalar(key) ? key.value : key);
      if (!members.includes(name)) this.#refuse(key, `unknown member "${name}"; the members are ${members.join(', ')}`);
    }
    const [toggle, name] = [this.#text('toggle'), this.#text('name')];
    return {
      name: name ?? this.#refuse(this.#root, 'it must say name: what one is called'),
      plural: this.#text('plural'),
      shared: this.#flag('shared'),
      flat: this.#flag('flat'),
      toggle: toggle === undefined ? undefined : readToggle(toggle),
      parent: this.#text('parent'),
      belongsTo: this.#list('belongs_to').map((node) => readReference(this.#string('belongs_to', node))),
      fields: this.#list('fields').map((node) => this.#field(node)),
    };
  }

  #field(node: unknown): NewField {
    if (!isMap(node)) return this.#fieldOfText(node);
    const options = new Map<string, Word>();
    for (const { key, value } of node.items) {
      const name = String(isScalar(key) ? key.value : key);
      const word = this.#word(
        value,
        isSeq(value) ? value.items.map((item) => this.#string(name, item)).join('|') : undefined,
      );
      // `required: true` is the flag, `required: false` its absence.
      if (word.text === 'true' && name !== 'default') options.set(name, { ...word, text: '' });
      else if (word.text !== 'false' || name === 'default') options.set(name, word);
    }
    const [name, type] = [options.get('name'), options.get('type')];
    if (name === undefined || type === undefined) return this.#refuse(node, 'a field has a name and a type');
    options.delete('name');
    options.delete('type');
    return readField({ name, type, options } satisfies WrittenField);
  }

  #fieldOfText(node: unknown): NewField {
    try {
      return readFieldFlag(this.#string('fields', node));
    } catch (error) {
      if (error instanceof UsageError) this.#refuse(node, error.message.replace(/^--field, /, ''));
      throw error;
    }
  }

  #word(node: unknown, text = isScalar(node) ? String(node.value ?? '') : undefined): Word {
    const refuse = (message: string) => this.#refuse(node, message);
    return { text: text ?? refuse('it must be a single value'), refuse };
  }

  #text(member: string): string | undefined {
    const node = this.#root.get(member, true);
    return node === undefined ? undefined : this.#string(member, node);
  }

  #flag(member: string): boolean {
    const node = this.#root.get(member, true);
    const value = node?.value ?? false;
    return typeof value === 'boolean' ? value : this.#refuse(node, `${member} is true or false`);
  }

  #list(member: string): unknown[] {
    const node: unknown = this.#root.get(member, true);
    if (node === undefined) return [];
    return isSeq(node) ? node.items : [node];
  }

  #string(member: string, node: unknown): string {
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    return this.#refuse(node, `${member} must be text`);
  }
}
