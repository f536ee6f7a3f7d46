// Reads `--field title:string:required:max=200`; what is wrong with it is shown below the very letters.
import { UsageError } from '../usage-error.ts';
import { readField } from './field.ts';
import type { NewField, Word } from './new-field.ts';

/** Reads `name:type[=default][:option]…`, in which `\:` is a colon within a value. @throws UsageError */
export function readFieldFlag(text: string): NewField {
  const parts = [...text.matchAll(/(^|:)((?:\\.|[^:])*)/g)].map(
    ({ index, 1: colon = '', 2: part = '' }) => new Part(text, index + colon.length, part),
  );
  const [name = new Part(text, 0, ''), type, ...rest] = parts;
  if (type === undefined) return name.refuse('a field is name:type, then its options: title:string:required:max=200');
  const [typeName, fallback] = type.cut();
  const options = new Map<string, Word>(fallback && [['default', fallback]]);
  for (const part of rest) {
    const [{ text: option }, value] = part.cut();
    if (options.has(option)) part.refuse(`${option} stands here twice`);
    options.set(option, value ?? part.without());
  }
  return readField({ name, type: typeName, options });
}

/** A part of the text, where it starts, and how it is refused. */
class Part implements Word {
  readonly text: string;
  readonly #whole: string;
  readonly #at: number;
  readonly #part: string;

  constructor(whole: string, at: number, part: string) {
    this.text = part.replace(/\\(.)/g, '$1');
    this.#whole = whole;
    this.#at = at;
    this.#part = part;
  }

  refuse(message: string): never {
    const pointer = `${' '.repeat(this.#at)}^`;
    throw new UsageError(`--field, character ${this.#at + 1}: ${message}\n  ${this.#whole}\n  ${pointer}`);
  }

  /** What stands before and after the first equals sign. */
  cut(): [before: Part, after?: Part] {
    const equals = this.#part.indexOf('=');
    if (equals < 0) return [this];
    return [
      new Part(this.#whole, this.#at, this.#part.slice(0, equals)),
      new Part(this.#whole, this.#at + equals + 1, this.#part.slice(equals + 1)),
    ];
  }

  /** The same place without a word in it: an option that has no value. */
  without(): Part {
    return new Part(this.#whole, this.#at, '');
  }
}
