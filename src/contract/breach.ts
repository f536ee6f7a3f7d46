// What the contract says of one value, as the validator of requests and replies would.
import type { ErrorObject } from 'ajv';
import { createResponseAjv } from 'express-openapi-validator/dist/framework/ajv/index.js';
import { isDateTime } from './date-time.ts';
import type { Document } from './document.ts';
import { isObject } from './located.ts';
import { fractionFormats, fractionMessage, withFractionFormats } from './multiple.ts';
import { withoutExamples } from './values.ts';

/** The formats that strings and numbers can have: those of JSON Schema, and what Deed means by them. */
export function formatsOf(document: Document) {
  return {
    ajvFormats: { mode: 'full' as const },
    formats: { 'date-time': { type: 'string' as const, validate: isDateTime }, ...fractionFormats(document) },
  };
}

/** Why a schema refuses a value: `must be <= 5`; undefined when it does not. */
export type Breach = (schema: object, value: unknown) => string | undefined;

/**
 * Where a schema is none, and why: `/maxLength must be integer`; undefined when it is one. By JSON Schema 2020-12, or draft 4 for
 * OpenAPI 3.0.
 */
export function flawIn({ openapi }: Document): (schema: object) => string | undefined {
  const ajv = createResponseAjv({ openapi } as never, { formats: {}, strict: false, logger: false });
  return (schema) => {
    if (ajv.validateSchema(schema)) return undefined;
    const { instancePath = '', ...error }: Partial<ErrorObject> = ajv.errors?.[0] ?? {};
    return `${instancePath} ${reasonOf(error)}`;
  };
}

/** What the document is called where ajv knows more than one. */
const documentName = 'openapi.yaml';

/** What schemas say that stand in a document, or refer to what does. Of a large one ajv takes long to find its way about: once will do. */
export function breachIn(document: Document): Breach {
  const root = withFractionFormats(withoutExamples(document));
  const ajv = createResponseAjv(root as never, { ...formatsOf(document), strict: false, logger: false });
  ajv.addSchema(root, documentName);
  return (schema, value) => {
    const own = withNamedDocument(withFractionFormats(withoutExamples(schema)));
    const validate = ajv.compile({ properties: { value: own } });
    if (validate({ value })) return undefined;
    return reasonOf(validate.errors?.[0] ?? {});
  };
}

/** What ajv says of a value, and which ones it could be. */
export function reasonOf({ message = 'must be something else', params }: Partial<ErrorObject>): string {
  const [values, types]: unknown[] = [params?.['allowedValues'], params?.['type']];
  if (Array.isArray(values)) return `must be one of ${values.join(', ')}`;
  if (Array.isArray(types)) return `must be ${types.join(' or ')}`;
  return fractionMessage(message) ?? message;
}

/** Changes a schema so that its references into the document say so. */
function withNamedDocument<Node extends object>(schema: Node): Node {
  for (const [key, member] of Object.entries(schema)) {
    if (key === '$ref' && String(member).startsWith('#')) Object.assign(schema, { $ref: `${documentName}${member}` });
    if (isObject(member)) withNamedDocument(member);
  }
  return schema;
}
