// Holds the contract against the last released one: `npm run contract:diff` fails when it breaks that one's clients
// without a new major version, `npm run contract:release` makes it the released one. Any two: `-- OLD.yaml NEW.yaml`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDocument } from '../contract/document.ts';
import { breakingChanges, major } from './breaking-changes/breaking-changes.ts';
import type { Document } from './breaking-changes/document.ts';
import { command, readArguments } from './command.ts';

await command(() => {
  const { values, positionals } = readArguments(
    'npm run contract:diff -- [--release] [OLD.yaml NEW.yaml]',
    { options: { release: { type: 'boolean' } }, allowPositionals: true },
    ({ positionals }) => positionals.length === 0 || positionals.length === 2,
  );
  const [
    released = fileURLToPath(new URL('../../released/openapi.yaml', import.meta.url)),
    current = fileURLToPath(new URL('../../openapi.yaml', import.meta.url)),
  ] = positionals;
  const [before, after] = [read(released), read(current)];
  const findings = breakingChanges(before.document, after.document);
  if (findings.length > 0) throw new Error(complaint(findings, before.document, after.document));
  if (values.release) release(before, after, released);
});

/** One version names one contract for ever: what changed in any way is released under another. */
function release(before: ReturnType<typeof read>, after: ReturnType<typeof read>, file: string): void {
  const { version } = after.document.info;
  if (before.text === after.text) return;
  if (before.document.info.version === version) throw new Error(`${version} is released already: raise info.version`);
  writeFileSync(file, after.text);
  process.stdout.write(`released ${version}\n`);
}

function complaint(findings: string[], before: Document, after: Document): string {
  const [old, now] = [before.info.version, after.info.version];
  return [
    `The contract (${now}) breaks the clients of the released one (${old}):`,
    ...findings.map((finding) => `  ${finding}`),
    `Take it back, or make info.version ${major(before) + 1}.0.0.`,
  ].join('\n');
}

function read(file: string): { text: string; document: Document } {
  const text = readFileSync(file, 'utf8');
  return { text, document: readDocument<Document>(text, file) };
}
