// `npm run docs` writes the documentation as one file that opens without a server: the very page that is served at /docs.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadContract } from '../contract/contract.ts';
import { docsPage } from '../service/docs-page.ts';
import { command, readArguments } from './command.ts';

await command(async () => {
  const {
    positionals: [file = 'dist/docs.html'],
  } = readArguments(
    'npm run docs -- [FILE.html]',
    { allowPositionals: true },
    ({ positionals }) => positionals.length < 2,
  );
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, docsPage(loadContract()).bytes);
  process.stdout.write(`${file}\n`);
});
