// Prism as a child process: the mock of the contract, or a proxy that holds every answer of a server against it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { contractFile } from '../../src/contract/contract.ts';

const cli = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');

export function startMock(): Promise<string> {
  return startPrism('mock', fileURLToPath(contractFile));
}

/** Without `--errors`: what breaks the contract is named in the header `sl-violations` and passes as it is. */
export function startProxy(upstream: string): Promise<string> {
  return startPrism('proxy', fileURLToPath(contractFile), upstream);
}

/** Where it listens. It ends with the test file. */
async function startPrism(...command: string[]): Promise<string> {
  const args = ['--unhandled-rejections=warn', cli, ...command, '--port', '0']; // as `npm run mock` has it
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL'); // it holds nothing that wants saving
  process.once('exit', kill); // hooks do not run for a test file that fails while it is loaded
  afterAll(async () => {
    process.off('exit', kill);
    kill();
    await exited;
  });

  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const url = /listening on (http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    exited.then(() => reject(new Error(`Prism ended before it listened:\n${output}`)), reject);
  });
}
