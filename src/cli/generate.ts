// Derives what is made from the contract: `npm run generate` writes it, `npm run generate -- --check` compares.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { readDocument } from '../contract/document.ts';
import { command, readArguments } from './command.ts';
import { derivedFiles } from './derived.ts';
import { assertValidLines } from './resource/lines.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

await command(async () => {
  const { check } = readArguments('npm run generate -- [--check]', { options: { check: { type: 'boolean' } } }).values;
  const source = await read('openapi.yaml');
  await assertValidLines(source, readDocument(source)); // in words that say where, which those of openapi-typescript do not
  const derived = await derivedFiles(source, await read('client/package.json'));
  const stale: string[] = [];
  for (const [path, text] of Object.entries(derived)) {
    const file = new URL(path, root);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    stale.push(path);
    if (check) continue;
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
  }
  if (check && stale.length > 0) throw new Error(`stale: ${stale.join(', ')}. Run: npm run generate`);
});
