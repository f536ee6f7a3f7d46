// A mistake against the contract is a compile error that says what is wrong in a line or two.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const file = fileURLToPath(new URL('types/operations.ts', import.meta.url));
const source = readFileSync(file, 'utf8');
const expectation = /@ts-expect-error (.*)/;

/** The errors of the file as if nobody expected them: the line of each and the lines of its message. */
function diagnose(): Map<number, string[]> {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const host = ts.createCompilerHost(options);
  const read = host.readFile;
  host.readFile = (name) => (name === file ? source.replaceAll('@ts-expect-error', '@ts-expect_error') : read(name));
  const program = ts.createProgram([file], options, host);
  return new Map(
    program
      .getSemanticDiagnostics(program.getSourceFile(file))
      .map(({ start = 0, messageText }) => [
        source.slice(0, start + 1).split('\n').length,
        ts.flattenDiagnosticMessageText(messageText, '\n').split('\n'),
      ]),
  );
}

it('every mistake is found where it was made, in a line or two', () => {
  const expected = new Map(
    source.split('\n').flatMap((line, index) => (expectation.test(line) ? [[index + 2, line] as const] : [])),
  );
  const found = diagnose();
  expect([...found.keys()].sort((a, b) => a - b)).toEqual([...expected.keys()]);
  for (const [line, message] of found) {
    const atMost = Number(/\(in (\d) lines\)/.exec(expected.get(line) ?? '')?.[1] ?? 2);
    expect(message.length, message.join('\n')).toBeLessThanOrEqual(atMost);
  }
});
