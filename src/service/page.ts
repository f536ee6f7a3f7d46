// A page in one piece: scripts and styles inside, nothing loaded from elsewhere, and a policy that holds it to that.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { textTag } from '../http/entity-tag.ts';

export interface Page {
  /** In UTF-8. All answers share them: a page is megabytes, and a caller who reads slowly keeps what is to be read. */
  bytes: Buffer;
  headers: { ETag: string; 'Content-Security-Policy': string };
}

interface PageParts {
  title: string;
  /** The id of the element that the scripts fill. */
  root: string;
  styles: string[];
  scripts: string[];
  /** What this page may do beyond running its scripts, as directives of a Content-Security-Policy. */
  policies: string[];
}

export function makePage({ title, root, styles, scripts, policies }: PageParts): Page {
  const inline = scripts.map(withoutMarkup);
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>
<link rel="icon" href="data:,">
<style>${['body { margin: 0 }', ...styles].join('\n')}</style>
</head>
<body>
<div id="${root}"></div>
${inline.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
  return {
    bytes: Buffer.from(text),
    headers: { ETag: textTag(text), 'Content-Security-Policy': policy(inline, policies) },
  };
}

/** A file of a package that is installed. */
export function packaged(file: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(file), 'utf8');
}

function policy(scripts: string[], more: string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(scriptHash).join(' ')}`,
    "style-src 'unsafe-inline'", // both libraries make style elements as they go
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join('; ');
}

/**
 * A script must not hold what ends it or makes it a comment (HTML, "Restrictions for contents of script elements"). Where
 * it does, that is inside of a string or a regular expression, which mean the same with the escape.
 */
function withoutMarkup(script: string): string {
  return script.replace(/<(?=\/script|script)/gi, '\\x3c').replaceAll('<!--', '\\x3c!--');
}

/** The source expression that allows this very script (Content Security Policy 3, section 2.3.1). */
function scriptHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
