// A value that exists as JSON text, as PostgreSQL writes a page: it travels to the caller as it is.

export class JsonText<Value> {
  readonly text: string;

  /** `text`: the JSON of a `Value`. */
  constructor(text: string) {
    this.text = text;
  }

  /** The value, made anew each time. */
  parse(): Value {
    return JSON.parse(this.text);
  }

  /** As part of other JSON, such as an answer that is kept for a retry. */
  toJSON(): Value {
    return this.parse();
  }
}

/** The JSON text of a value. */
export function jsonOf(value: unknown): string {
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}
