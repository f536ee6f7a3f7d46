// A field of a new resource: its type and what it may hold; and the words that it was written in.

export const fieldTypes = ['string', 'text', 'int', 'float', 'bool', 'datetime'] as const;

export type FieldType = (typeof fieldTypes)[number];

export interface NewField {
  name: string;
  type: FieldType;
  /** It must be sent and is never null. A field that is not required is nullable, unless it has a default. */
  required: boolean;
  /** Of a text its least and greatest length, of a number its least and greatest value. */
  min: number | undefined;
  max: number | undefined;
  default: string | number | boolean | undefined;
  /** The only values of a string. */
  enum: string[] | undefined;
  unique: boolean;
  index: boolean;
  /** Whether the list finds its text, wherever it stands. */
  search: boolean;
  /** The schema of the resource whose row it names. */
  references: string | undefined;
}

/** A word of what a person wrote, and the way to refuse it that shows where it stands. */
export interface Word {
  text: string;
  refuse(message: string): never;
}

/** A field as it was written. An option without a value has the text ''. */
export interface WrittenField {
  name: Word;
  type: Word;
  options: Map<string, Word>;
}

export function isNullable(field: NewField): boolean {
  return !field.required && field.default === undefined;
}
