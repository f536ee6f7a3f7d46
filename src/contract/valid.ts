// Whether the contract is OpenAPI: by the JSON Schema of OpenAPI that express-openapi-validator brings, by its references, and by
// the words that Deed adds to it.
import { type Document, resolver } from './document.ts';
import { wrongWords } from './extensions.ts';
import { meaninglessWords } from './meanings.ts';
import { escapeStep } from './raw-request.ts';
import { wrongDefaults } from './schemas.ts';

/** How many places an error names: one slip can break the schema in many. */
const most = 5;

/**
 * Takes a quarter of a second, nearly all of it to compile that schema.
 * @throws Error naming the places that are not OpenAPI 3.0 or 3.1, or say what means nothing.
 */
export async function assertValid(document: Document): Promise<void> {
  const complaints = [...(await breachesOf(document)), ...danglingReferences(document)];
  if (complaints.length > 0)
    throw new Error(`openapi.yaml is not valid OpenAPI: ${complaints.slice(0, most).join('; ')}`);
  assertMeaning(document);
}

/** @throws Error naming the words of Deed that are misspelt or mean nothing here, and the defaults that may not be sent. */
export function assertMeaning(document: Document): void {
  const misspelt = wrongWords(document);
  const complaints = [...(misspelt.length > 0 ? misspelt : meaninglessWords(document)), ...wrongDefaults(document)];
  if (complaints.length > 0) throw new Error(`openapi.yaml: ${complaints.slice(0, most).join('; ')}`);
}

/** What breaks the schema of OpenAPI. */
async function breachesOf(document: Document): Promise<string[]> {
  const version = String(document.openapi);
  if (!/^3\.[01]\.\d+$/.test(version)) return [`its version is ${version}, and not 3.0.x or 3.1.x`];
  const { OpenAPISchemaValidator } = await import(
    'express-openapi-validator/dist/framework/openapi.schema.validator.js'
  );
  const schema = new OpenAPISchemaValidator({ version, validateApiSpec: true });
  const { errors } = schema.validate(document as never); // Whether it is what this wants is the question.
  return (errors ?? []).map(({ instancePath, message, params }) => {
    const name: unknown = params['unevaluatedProperty'] ?? params['additionalProperty'];
    return `${instancePath || 'it'} ${message}${name === undefined ? '' : ` (${name})`}`;
  });
}

/** The references that lead to nothing in the document; what is outside of it is nothing, too. */
function danglingReferences(document: Document): string[] {
  const resolve = resolver(document);
  const leadsNowhere = (node: object): boolean => {
    try {
      resolve(node);
      return false;
    } catch {
      return true; // nothing is there, or it leads in a circle
    }
  };
  const visit = (node: unknown, at: string): string[] => {
    if (typeof node !== 'object' || node === null) return [];
    const { $ref } = node as { $ref?: unknown };
    const own = typeof $ref === 'string' && leadsNowhere(node) ? [`${at} refers to nothing (${$ref})`] : [];
    return [...own, ...Object.entries(node).flatMap(([key, value]) => visit(value, `${at}/${escapeStep(key)}`))];
  };
  return visit(document, '');
}
