// What the commands have in common: an error is a line on standard error, and the command ends with 1.
import { type ParseArgsConfig, parseArgs } from 'node:util';

export async function command(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

type Parsed<Config extends ParseArgsConfig> = ReturnType<typeof parseArgs<Config>>;

/**
 * What the command was told. `makesSense`: whether there are as many arguments as it takes.
 * @throws Error with the usage for anything else, before the command has done anything.
 */
export function readArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
  makesSense: (parsed: Parsed<Config>) => boolean = () => true,
): Parsed<Config> {
  try {
    const parsed = parseArgs(config);
    if (makesSense(parsed)) return parsed;
  } catch (cause) {
    throw new Error(`Usage: ${usage}`, { cause });
  }
  throw new Error(`Usage: ${usage}`);
}
