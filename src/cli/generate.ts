// Derives what is made from the contract: `npm run generate` writes it, `npm run generate -- --check` compares.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { command } from './command.ts';
import { derivedFiles } from './derived.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');
const checks = process.argv.includes('--check');

await command(async () => {
  const derived = await derivedFiles(await read('openapi.yaml'), await read('client/package.json'));
  const stale: string[] = [];
  for (const [path, text] of Object.entries(derived)) {
    const file = new URL(path, root);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    stale.push(path);
    if (checks) continue;
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
  }
  if (checks && stale.length > 0) throw new Error(`stale: ${stale.join(', ')}. Run: npm run generate`);
});
