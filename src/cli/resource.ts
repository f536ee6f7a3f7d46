// `npm run resource`: the command line of the generator. It ends with 0 when all is done, with 1 when it could not be done,
// and with 2 when the command makes no sense; in both of these nothing was written.
import { Command, CommanderError } from 'commander';
import { addCommand } from './resource/add-command.ts';
import { generateCommand } from './resource/generate-command.ts';
import { UsageError } from './resource/usage-error.ts';

const program = new Command('resource')
  .description('Makes resources: things that belong to people, from the contract to the table.')
  .usage('<command> …')
  .addCommand(addCommand())
  .addCommand(generateCommand());

for (const command of [program, ...program.commands]) command.exitOverride().showSuggestionAfterError();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  // The library has said what it found itself.
  if (!(error instanceof CommanderError)) process.stderr.write(`${(error as Error).message}\n`);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof UsageError ? 2 : 1;
}
