// What a run was asked for on its command line.
import { parseArgs } from 'node:util';
import { type Operation, operations } from './load.ts';

export interface Options {
  only: string[] | undefined;
  ops: Operation[];
  concurrency: number[];
  /** The concurrency that Deed is judged at: it is measured in every round, others in every second one. */
  judged: number;
  seconds: number;
  rounds: number;
  profile: string | undefined;
  /** A few requests of everything: that it works is all that it shows. */
  smoke: boolean;
  /** Whether it is everything that a table should have; nothing else is written to `results/`. */
  whole: boolean;
}

/** The default form takes about a quarter of an hour. */
const usual = { concurrency: '1,16,64', seconds: '1', rounds: '7' };
const smallest = { concurrency: '2', seconds: '1', rounds: '1' };

export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      only: text,
      ops: text,
      concurrency: text,
      seconds: text,
      rounds: text,
      profile: text,
      smoke: { type: 'boolean', default: false },
    },
  });
  const form = values.smoke ? smallest : usual;
  const { concurrency = form.concurrency, seconds = form.seconds, rounds = form.rounds } = values;
  const levels = concurrency.split(',').map((number) => positive('concurrency', number));
  return {
    only: values.only?.split(','),
    ops: values.ops?.split(',').map(operation) ?? [...operations],
    concurrency: levels,
    judged: levels.includes(16) ? 16 : (levels[0] ?? 1),
    seconds: positive('seconds', seconds),
    rounds: positive('rounds', rounds),
    profile: values.profile,
    smoke: values.smoke,
    whole: ['only', 'ops', 'concurrency', 'profile', 'smoke'].every(
      (flag) => !args.some((arg) => arg.startsWith(`--${flag}`)),
    ),
  };
}

function operation(name: string): Operation {
  const found = operations.find((known) => known === name);
  if (found === undefined) throw new Error(`--ops: there is no ${name}, only ${operations.join(', ')}`);
  return found;
}

function positive(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${flag} must be a whole number above 0, not ${text}`);
}
