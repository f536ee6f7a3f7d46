// What a run has found, as Markdown: medians over the rounds, and ratios within each round.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { contestants } from './contestants.ts';
import type { Operation } from './load.ts';
import type { Sample } from './measure.ts';
import type { Options } from './options.ts';

export interface ServerFacts {
  name: string;
  /** From its start to its first answer, in milliseconds. */
  startUp: number;
  /** After all the load, in MB. */
  memory: number;
}

export function report(samples: Sample[], facts: ServerFacts[], { ops, concurrency, whole }: Options): void {
  const parts = [
    about(samples),
    ...concurrency.flatMap((connections) =>
      tables(
        samples.filter((s) => s.connections === connections),
        ops,
        facts,
      ),
    ),
    servers(facts),
  ];
  const text = `${parts.join('\n\n')}\n`;
  process.stdout.write(text);
  if (!whole) return;
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('results.md', folder), text);
  writeFileSync(new URL('results.json', folder), `${JSON.stringify({ samples, facts }, null, 1)}\n`);
}

function about(samples: Sample[]): string {
  const rounds = new Set(samples.map(({ round }) => round)).size;
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, PostgreSQL`;
  return `# Side by side\n\n${machine}. Medians of ${rounds} rounds.`;
}

/** The tables of one concurrency. */
function tables(samples: Sample[], ops: Operation[], facts: ServerFacts[]): string[] {
  const names = facts.map(({ name }) => name);
  const of = (name: string, operation: Operation, figure: keyof Sample) =>
    samples.filter((s) => s.name === name && s.operation === operation).map((s) => Number(s[figure]));
  const cell = (figure: keyof Sample, digits: number, base?: string) => (name: string, operation: Operation) => {
    const mine = of(name, operation, figure);
    if (mine.some(Number.isNaN)) return '–';
    const shown = median(mine).toFixed(digits);
    if (base === undefined || !names.includes(base)) return shown;
    const theirs = of(base, operation, figure);
    return `${shown} (${median(mine.map((value, i) => value / Number(theirs[i]))).toFixed(2)})`;
  };
  const connections = samples[0]?.connections;
  const grid = (title: string, show: (name: string, operation: Operation) => string) =>
    table(
      [title, ...ops],
      names.map((name) => [name, ...ops.map((operation) => show(name, operation))]),
    );
  return [
    `## ${connections} at a time`,
    'Server CPU for a request, in µs (ratio to the floor):',
    grid('CPU', cell('cpu', 0, 'floor')),
    'Requests a second (ratio to Fastify):',
    grid('throughput', cell('throughput', 0, 'fastify')),
    'Milliseconds that half of the requests, and 99 of 100, took at most:',
    grid('latency', (name, operation) => `${cell('p50', 1)(name, operation)} / ${cell('p99', 1)(name, operation)}`),
    'CPU of PostgreSQL for a request, in µs:',
    grid('PostgreSQL', cell('postgres', 0)),
  ];
}

function servers(facts: ServerFacts[]): string {
  const is = new Map(contestants.map((contestant) => [contestant.name, contestant.is]));
  return table(
    ['server', 'what it is', 'first answer after', 'memory after the load'],
    facts.map(({ name, startUp, memory }) => [
      name,
      is.get(name) ?? '',
      `${Math.round(startUp)} ms`,
      `${Math.round(memory)} MB`,
    ]),
  );
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (Number(low) + Number(high)) / 2;
}
