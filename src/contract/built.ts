// What `npm run build` leaves beside openapi.yaml: the document that it has read and found valid. To do both again at each start
// would take a third of it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Document } from './document.ts';

interface Built {
  /** Of the text that the document was read from. */
  sha256: string;
  document: Document;
}

/** The document of this text, if the build has found it valid: a text that has changed since is to be read anew. */
export function readBuilt(contractFile: URL, text: string): Document | undefined {
  let built: Built;
  try {
    built = JSON.parse(readFileSync(beside(contractFile), 'utf8'));
  } catch {
    return undefined; // The server runs from its sources, or a build was broken off.
  }
  return built.sha256 === sha256(text) ? built.document : undefined;
}

/** `document` is what was read from the text, and is valid. */
export function writeBuilt(contractFile: URL, text: string, document: Document): void {
  const built: Built = { sha256: sha256(text), document };
  writeFileSync(beside(contractFile), JSON.stringify(built));
}

function beside(contractFile: URL): URL {
  return new URL('openapi.built.json', contractFile);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
