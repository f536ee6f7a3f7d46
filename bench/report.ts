// What a run has found, as Markdown and as a plot.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { contestants } from './contestants.ts';
import { type Figure, Figures } from './figures.ts';
import type { Operation } from './load.ts';
import type { Sample } from './measure.ts';
import type { Options } from './options.ts';
import { plot } from './plot.ts';

export interface ServerFacts {
  name: string;
  /** From its start to its first answer, in milliseconds. */
  startUp: number;
  /** After all the load, in MB. */
  memory: number;
}

/** What Deed is to keep to at 16 at a time: CPU against the floor at most, throughput against Fastify at least. */
const aims: Record<Operation, { cpu?: number; throughput: number }> = {
  list10: { throughput: 1.3 },
  list50: { cpu: 0.6, throughput: 1.3 },
  get: { cpu: 1.3, throughput: 0.85 },
  create: { cpu: 1.3, throughput: 0.85 },
  update: { cpu: 1.3, throughput: 0.85 },
  toggle: { cpu: 1.3, throughput: 0.85 },
  delete: { cpu: 1.3, throughput: 0.85 },
};

export function report(samples: Sample[], facts: ServerFacts[], server: string, options: Options): void {
  const { ops, concurrency, judged, rounds, seconds, whole } = options;
  const figures = new Figures(
    samples,
    facts.map(({ name }) => name),
  );
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, ${server}`;
  const parts = [
    `# Side by side\n\n${machine}. Medians of ${rounds} rounds of ${seconds} s at ${judged} at a time, of half as many at others.`,
    whole ? '![CPU for a request against the floor](results.svg)' : '',
    against(figures, ops, judged),
    servers(facts),
    ...concurrency.map((connections) => tables(figures, ops, connections)),
  ];
  const text = `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  process.stdout.write(text);
  if (!whole) return;
  save('results.md', text);
  save('results.json', `${JSON.stringify({ samples, facts })}\n`);
  save(
    'results.svg',
    plot(`CPU of the server for a request at ${judged} at a time; the floor is 1`, bars(figures, ops, judged)),
  );
}

/** Keeps a text in `results/`. */
export function save(name: string, text: string): void {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(name, folder), text);
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Deed against what it is to keep to, and against itself: how far that is from 1 is how far to trust the rest. */
function against(figures: Figures, ops: Operation[], connections: number): string {
  const rows = ops.map((operation) => {
    const point = { operation, connections };
    const { cpu, throughput } = aims[operation];
    const again = figures.ratios('cpu', 'deed-again', 'deed', point);
    return [
      operation,
      shown(figures.ratio('cpu', 'deed', 'floor', point), 2),
      cpu === undefined ? '' : `≤ ${cpu}`,
      shown(figures.ratio('throughput', 'deed', 'fastify', point), 2),
      `≥ ${throughput}`,
      shown(figures.ratio('cpu', 'deed-again', 'deed', point), 2),
      again.length === 0 ? '' : `${Math.min(...again).toFixed(2)}–${Math.max(...again).toFixed(2)}`,
    ];
  });
  const head = ['Deed', 'CPU / floor', 'aim', 'throughput / Fastify', 'aim', 'CPU / itself (A/A)', 'of each round'];
  return `## Deed at ${connections} at a time\n\n${table(head, rows)}`;
}

/** The tables of one concurrency. */
function tables(figures: Figures, ops: Operation[], connections: number): string {
  const grid = (title: string, show: (name: string, operation: Operation) => string) =>
    table(
      [title, ...ops],
      figures.names.map((name) => [name, ...ops.map((operation) => show(name, operation))]),
    );
  const cell = (figure: Figure, digits: number, base?: string) => (name: string, operation: Operation) => {
    const point = { operation, connections };
    const value = shown(figures.median(figure, name, point), digits);
    const ratio = base === undefined ? Number.NaN : figures.ratio(figure, name, base, point);
    return Number.isNaN(ratio) ? value : `${value} (${shown(ratio, 2)})`;
  };
  const [p50, p99] = [cell('p50', 1), cell('p99', 1)];
  return [
    `## ${connections} at a time`,
    'CPU of the server for a request, in µs (against the floor):',
    grid('CPU', cell('cpu', 0, 'floor')),
    'Requests a second (against Fastify):',
    grid('throughput', cell('throughput', 0, 'fastify')),
    'Milliseconds that half of the requests, and 99 of 100, took at most:',
    grid('latency', (name, operation) => `${p50(name, operation)} / ${p99(name, operation)}`),
    'CPU of PostgreSQL for a request, in µs:',
    grid('PostgreSQL', cell('postgres', 0)),
  ].join('\n\n');
}

function servers(facts: ServerFacts[]): string {
  const is = new Map(contestants.map((contestant) => [contestant.name, contestant.is]));
  const rows = facts.map(({ name, startUp, memory }) => [
    name,
    is.get(name) ?? '',
    `${startUp.toFixed(0)} ms`,
    `${memory.toFixed(0)} MB`,
  ]);
  return `## Who takes part\n\n${table(['server', 'what it is', 'first answer after', 'memory after the load'], rows)}`;
}

function bars(figures: Figures, ops: Operation[], connections: number) {
  return ops.flatMap((operation) =>
    figures.names.map((name) => {
      const ratio = figures.ratio('cpu', name, 'floor', { operation, connections });
      return { name, operation, ratio };
    }),
  );
}

function shown(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}
