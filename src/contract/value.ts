// What the contract says of one value, as the validator of requests and replies would.
import { createResponseAjv } from 'express-openapi-validator/dist/framework/ajv/index.js';
import { isDateTime } from './date-time.ts';
import type { Document } from './document.ts';
import { fractionFormats, fractionMessage, withFractionFormats } from './multiple.ts';

/** The formats that strings and numbers can have: those of JSON Schema, and what Deed means by them. */
export function formatsOf(document: Document) {
  return {
    ajvFormats: { mode: 'full' as const },
    formats: { 'date-time': { type: 'string' as const, validate: isDateTime }, ...fractionFormats(document) },
  };
}

/** Why a schema refuses a value: `must be <= 5`; undefined when it does not. */
export type Breach = (schema: object, value: unknown) => string | undefined;

/** What schemas say that stand in a document, or refer to what does. */
export function breachIn(document: Document): Breach {
  const root = withFractionFormats(structuredClone(document));
  const ajv = createResponseAjv(root as never, { ...formatsOf(document), strict: false, logger: false });
  return (schema, value) => {
    const validate = ajv.compile({ ...root, properties: { value: withFractionFormats(structuredClone(schema)) } });
    if (validate({ value })) return undefined;
    const { message = 'must be something else', params } = validate.errors?.[0] ?? {};
    const values: unknown = params?.['allowedValues'];
    return Array.isArray(values) ? `must be one of ${values.join(', ')}` : (fractionMessage(message) ?? message);
  };
}
