// `multipleOf` for fractions, which are meant in decimals. ajv divides binary ones, by which 19.99 is no multiple of 0.01.
import type { Document, Schema } from './document.ts';

/** Whether a number is a multiple of another, both as they are written (JSON Schema Validation, section 6.2.1). */
function isMultiple(value: number, of: number): boolean {
  if (!Number.isFinite(value)) return false; // JSON can say 1e999
  const [dividend, divisor] = [decimal(value), decimal(of)];
  const places = Math.max(dividend.places, divisor.places);
  const whole = ({ digits, places: own }: Decimal) => digits * 10n ** BigInt(places - own);
  return whole(dividend) % whole(divisor) === 0n;
}

/** `digits` divided by ten as often as there are `places`. */
interface Decimal {
  digits: bigint;
  places: number;
}

function decimal(number: number): Decimal {
  const [mantissa = '', exponent] = number.toExponential().split('e');
  const fraction = mantissa.split('.')[1] ?? '';
  return { digits: BigInt(mantissa.replace('.', '')), places: fraction.length - Number(exponent) };
}

type NumberFormat = { type: 'number'; validate(value: number): boolean };

/** A format for each fraction that is asked for, to be told to ajv: `multiple of 0.01`. */
export function fractionFormats(document: Document): Record<string, NumberFormat> {
  const formats: Record<string, NumberFormat> = {};
  visit(document, ({ multipleOf: of }) => {
    formats[nameOf(of)] = { type: 'number', validate: (value) => isMultiple(value, of) };
  });
  return formats;
}

/** Changes a document, or a schema, so that it asks for these formats. */
export function withFractionFormats<Node extends object>(node: Node): Node {
  visit(node, (schema) => {
    schema.allOf = [...(schema.allOf ?? []), { format: nameOf(schema.multipleOf) }];
    delete (schema as Schema).multipleOf;
  });
  return node;
}

/** What ajv says of a number that breaks such a format, in the words that it has for a whole one; undefined of anything else. */
export function fractionMessage(message: string): string | undefined {
  const [, asked] = /^must match format "(multiple of [\d.e-]+)"$/.exec(message) ?? [];
  return asked && `must be ${asked}`;
}

function nameOf(fraction: number): string {
  return `multiple of ${fraction}`;
}

function visit(node: unknown, found: (schema: Schema & { multipleOf: number }) => void): void {
  if (typeof node !== 'object' || node === null) return;
  Object.values(node).forEach((value) => {
    visit(value, found);
  });
  if ('multipleOf' in node && typeof node.multipleOf === 'number' && !Number.isInteger(node.multipleOf)) {
    found(node as Schema & { multipleOf: number });
  }
}
