// The contract to read: as written, as JSON, as a page (Redoc), and as a page to try it on (Swagger UI).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Contract } from '../contract/contract.ts';
import { textTag } from '../http/entity-tag.ts';

/** A page in one piece: scripts and styles inside, nothing loaded from elsewhere. */
export interface Page {
  text: string;
  headers: { ETag: string; 'Content-Security-Policy': string };
}

export interface Pages {
  yaml: { text: string; etag: string };
  json: { value: Contract['document']; etag: string };
  readonly docs: Page;
  readonly tryIt: Page;
}

export function createPages(contract: Contract): Pages {
  const etag = textTag(contract.text);
  // Made when somebody first asks: reading and hashing megabytes has no place in the start of a replica.
  const docs = lazy(() => docsPage(contract));
  const tryIt = lazy(() => tryPage(contract));
  return {
    yaml: { text: contract.text, etag },
    json: { value: contract.document, etag },
    get docs() {
      return docs();
    },
    get tryIt() {
      return tryIt();
    },
  };
}

/** The documentation as one self-contained page. */
export function docsPage({ document }: Contract): Page {
  // The logo that Redoc fetches from its vendor; the page asks nobody for anything.
  const redoc = packaged('redoc/bundles/redoc.standalone.js').replace(
    /https:\/\/cdn\.redoc\.ly\/[\w./-]+/g,
    'data:image/svg+xml,',
  );
  const start = `Redoc.init(${JSON.stringify(document)}, {}, document.getElementById('docs'));`;
  return page(document.info.title, '', '<div id="docs"></div>', [redoc, start], ['worker-src blob:']);
}

function tryPage({ document }: Contract): Page {
  const start = `SwaggerUIBundle({ spec: ${JSON.stringify(document)}, dom_id: '#try', deepLinking: true, persistAuthorization: true, tryItOutEnabled: true });`;
  const styles = packaged('swagger-ui-dist/swagger-ui.css');
  const title = `Try ${document.info.title}`;
  return page(title, styles, '<div id="try"></div>', [packaged('swagger-ui-dist/swagger-ui-bundle.js'), start], []);
}

function page(title: string, styles: string, body: string, scripts: string[], policies: string[]): Page {
  const inline = scripts.map(withoutMarkup);
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>body { margin: 0 }${styles}</style>
</head>
<body>
${body}
${inline.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `script-src ${inline.map(scriptHash).join(' ')}`,
    "style-src 'unsafe-inline'", // both libraries make style elements as they go
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...policies,
  ].join('; ');
  return { text, headers: { ETag: textTag(text), 'Content-Security-Policy': policy } };
}

/** A script must not hold what ends it or makes it a comment (HTML, "Restrictions for contents of script elements"). */
function withoutMarkup(script: string): string {
  return script.replace(/<(?=\/script|script)/gi, '\\x3c').replaceAll('<!--', '\\x3c!--');
}

/** The source expression that allows this very script (Content Security Policy 3, section 2.3.1). */
function scriptHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

function packaged(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(file), 'utf8');
}

function lazy<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
