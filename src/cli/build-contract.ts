// The part of `npm run build` that reads the contract and finds it valid, for the server that starts from the build.
import { readFileSync } from 'node:fs';
import { writeBuilt } from '../contract/built.ts';
import { contractFile } from '../contract/contract.ts';
import { readDocument } from '../contract/document.ts';
import { assertValid } from '../contract/valid/valid.ts';
import { command } from './command.ts';

await command(async () => {
  const text = readFileSync(contractFile, 'utf8');
  const document = readDocument(text); // anew, whatever an earlier build has left
  await assertValid(document);
  writeBuilt(contractFile, text, document);
});
