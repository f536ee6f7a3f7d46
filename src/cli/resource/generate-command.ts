// `npm run resource generate`: makes what the contract asks for and the project lacks, and says what it did.
import { Command } from 'commander';
import { type Generated, generate } from './generate.ts';

interface Options {
  dryRun?: boolean;
}

const root = new URL('../../../', import.meta.url);

export function generateCommand(): Command {
  return new Command('generate')
    .description('Makes tables, models, handlers and tests of what openapi.yaml describes; leaves what is there alone.')
    .option('--dry-run', 'say what would be done and write nothing')
    .action(async ({ dryRun = false }: Options) => {
      const generated = await generate({ root, dryRun });
      process.stdout.write(summary(generated, dryRun));
      for (const remark of generated.remarks) process.stderr.write(`${remark}\n`);
    });
}

function summary({ files }: Generated, dryRun: boolean): string {
  if (files.length === 0) return 'Nothing to do: all that openapi.yaml describes is there.\n';
  const lines = files.map(({ path, before }) => `  ${before === undefined ? 'new      ' : 'changed  '}${path}`);
  return [dryRun ? 'Would write:' : 'Written:', ...lines, ''].join('\n');
}
