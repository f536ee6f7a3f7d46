// Derives what is made from the contract: `npm run generate` writes it, `npm run generate -- --check` compares.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { derivedFiles } from './derived.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

const stale: string[] = [];
const derived = await derivedFiles(await read('openapi.yaml'), await read('client/package.json'));
for (const [path, text] of Object.entries(derived)) {
  const file = new URL(path, root);
  if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
  stale.push(path);
  if (process.argv.includes('--check')) continue;
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, text);
}
if (stale.length > 0 && process.argv.includes('--check')) {
  process.stderr.write(`stale: ${stale.join(', ')}. Run: npm run generate\n`);
  process.exitCode = 1;
}
