// `npm run resource generate`: makes what the contract asks for and the project lacks, and says what it did.
import { Command } from 'commander';
import { type Generated, generate } from './generate.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  dryRun?: boolean;
  drop: string[];
  narrow: string[];
  convert: string[];
  fill: string[];
}

const help = `
What has changed in tables that exist becomes a migration. It is refused where rows would lose something, or would lack what they
must have, until one of these options says what may happen; a column is named with its table:
  npm run resource generate -- --drop notes.body --fill notes.state=open
`;

const root = new URL('../../../', import.meta.url);

export function generateCommand(): Command {
  const collect = (value: string, values: string[]) => [...values, value];
  return new Command('generate')
    .description('Makes tables, models, handlers and tests of what openapi.yaml describes; leaves what is there alone.')
    .option('--dry-run', 'say what would be done and write nothing')
    .option('--drop <column>', 'let a column go, or a table, and all that stands in it', collect, [])
    .option(
      '--narrow <column>',
      'cut texts that are too long, replace values that are no longer in the enum',
      collect,
      [],
    )
    .option('--convert <column>', 'let values go that the new type cannot hold', collect, [])
    .option('--fill <column=value>', 'what rows get that have nothing', collect, [])
    .addHelpText('after', help)
    .action(async ({ dryRun = false, fill, ...allowed }: Options) => {
      const generated = await generate({ root, dryRun, allowed: { ...allowed, fill: fillOf(fill) } });
      process.stdout.write(summary(generated, dryRun));
      for (const remark of generated.remarks) process.stderr.write(`${remark}\n`);
    });
}

/** A column may be called anything; what stands after the first `=` is its value. @throws UsageError */
function fillOf(said: string[]): Record<string, string> {
  const pairs = said.map((one) => /^([^=]+\.[^=]+)=(.*)$/s.exec(one) ?? unreadable(one));
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

function unreadable(said: string): never {
  throw new UsageError(`--fill ${said}: say a column and a value, such as notes.state=open`);
}

function summary({ files, changes, remarks }: Generated, dryRun: boolean): string {
  if (files.length === 0 && remarks.length > 0) return 'Nothing to write; what is left is for you to do:\n';
  if (files.length === 0) return 'Nothing to do: all that openapi.yaml describes is there.\n';
  const lines = files.map(({ path, before }) => `  ${before === undefined ? 'new      ' : 'changed  '}${path}`);
  const ofTables = changes.length === 0 ? [] : ['What the migrations do:', ...changes.map((line) => `  ${line}`)];
  return [dryRun ? 'Would write:' : 'Written:', ...lines, ...ofTables, ''].join('\n');
}
