// The page to try the API on: the contract as Swagger UI renders it, ready to send real requests.
import type { Contract } from '../contract/contract.ts';
import { makePage, type Page, packaged } from './page.ts';

export function tryPage({ document, paths }: Contract): Page {
  // Whoever comes here wants to send a request: the long text would stand between them and the first button.
  const description = `Press *Authorize*, paste your token, and send real requests. What there is to read is in [the documentation](${paths.getDocs}).`;
  const spec = JSON.stringify({ ...document, info: { ...document.info, description } }, readyToTry);
  const start = `SwaggerUIBundle({ spec: ${spec}, dom_id: '#try', ...${JSON.stringify(options)} });`;
  return makePage({
    title: `Try ${document.info.title}`,
    root: 'try',
    styles: [packaged('swagger-ui-dist/swagger-ui.css'), styles],
    scripts: [packaged('swagger-ui-dist/swagger-ui-bundle.js'), start],
    policies: ["connect-src 'self'"],
  });
}

const options = {
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
};

/**
 * Swagger UI fills in, and sends, every example and default. An example of `If-Match` or `Idempotency-Key` that is sent
 * changes the answer, and a default `offset` excludes a `cursor`: what is optional waits for the person. And where reserved
 * characters are allowed as they are, it sends them as they are, also those that end a value: `&`, `#`, `+`. For JSON.stringify.
 */
function readyToTry(_key: string, node: unknown): unknown {
  if (!isParameter(node)) return node;
  const { allowReserved, ...encoded } = node;
  if (node.required === true) return encoded;
  const { example, schema, ...parameter } = encoded;
  const { default: fallback, ...withoutDefault } = schema;
  const whenEmpty = fallback === undefined ? '' : ` Left empty: \`${fallback}\`.`;
  return { ...parameter, description: `${parameter.description ?? ''}${whenEmpty}`, schema: withoutDefault };
}

interface Parameter {
  in: string;
  required?: boolean;
  description?: string;
  allowReserved?: boolean;
  example?: unknown;
  schema: { default?: unknown };
}

/** An object of the contract that says where it is sent (`in`) and what it may be is a parameter (OpenAPI 3.1, section 4.8.12). */
function isParameter(node: unknown): node is Parameter {
  return typeof node === 'object' && node !== null && 'in' in node && typeof node.in === 'string' && 'schema' in node;
}

/** Swagger UI's pale colours are hard to read (WCAG 2.2, 1.4.3), and its tables are wider than a phone. */
const styles = `
.swagger-ui .opblock .opblock-summary-method, .swagger-ui .info .title small pre { color: #1b1b1b; text-shadow: none }
.swagger-ui .info .title small { background: #dce3ea !important }
.swagger-ui .btn.authorize, .swagger-ui .response-control-media-type__accept-message { color: #14733f; border-color: #14733f }
.swagger-ui .btn.authorize svg { fill: #14733f }
.swagger-ui .btn.cancel, .swagger-ui .parameter__name.required span { color: #b3261e }
.swagger-ui .btn.execute { background-color: #2563b0; border-color: #2563b0 }
.swagger-ui .info a { color: #2563b0 }
.swagger-ui .parameter__in { color: #5b5b5b }
.swagger-ui .download-contents { background: #4a4f5c }
.swagger-ui .response-col_links { display: none }
@media (max-width: 50rem) {
  .swagger-ui .headers :is(thead, td:last-child) { display: none }
  .swagger-ui .headers td { display: block; padding-left: 0 }
}`;
