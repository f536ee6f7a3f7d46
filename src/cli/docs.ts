// `npm run docs` writes the documentation as one file that opens without a server: the very page that is served at /docs.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadContract } from '../contract/contract.ts';
import { docsPage } from '../service/docs-page.ts';
import { command } from './command.ts';

await command(async () => {
  const file = process.argv[2] ?? 'dist/docs.html';
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, docsPage(loadContract()).text);
  process.stdout.write(`${file}\n`);
});
