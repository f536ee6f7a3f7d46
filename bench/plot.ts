// The plot of a run: bars of CPU for a request, by operation and server, as SVG.
import type { Operation } from './load.ts';

export interface Bar {
  name: string;
  operation: Operation;
  /** What the floor needs is 1. */
  ratio: number;
}

const width = 960;
const height = 420;
const margin = { left: 48, right: 16, top: 48, bottom: 64 };
const colours = ['#444444', '#0072b2', '#d55e00', '#cc79a7', '#009e73', '#9bd4c0', '#e69f00'];
/** By powers of two: the slowest would leave nothing to be seen of the others. */
const lines = [0.25, 0.5, 1, 2, 4, 8, 16, 32];

export function plot(title: string, bars: Bar[]): string {
  const names = [...new Set(bars.map(({ name }) => name))];
  const operations = [...new Set(bars.map(({ operation }) => operation))];
  const group = (width - margin.left - margin.right) / operations.length;
  const bar = (group * 0.85) / names.length;
  const rectangles = bars.map(({ name, operation, ratio }) => {
    const x = margin.left + operations.indexOf(operation) * group + names.indexOf(name) * bar + group * 0.075;
    const y = heightOf(ratio);
    const size = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(bar - 1).toFixed(1)}" height="${(bottom - y).toFixed(1)}"`;
    return `<rect ${size} fill="${colourOf(names, name)}"><title>${name}, ${operation}: ${ratio.toFixed(2)}</title></rect>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    label(title, margin.left, 20, 'start'),
    ...lines.map(line),
    ...rectangles,
    ...operations.map((operation, i) => label(operation, margin.left + (i + 0.5) * group, bottom + 18, 'middle')),
    ...names.map((name, i) => key(name, colourOf(names, name), margin.left + i * 128)),
    '</svg>',
    '',
  ].join('\n');
}

const bottom = height - margin.bottom;

function heightOf(ratio: number): number {
  const [low = 0, high = 0] = [lines[0], lines.at(-1)].map((value) => Math.log2(Number(value)));
  const share = (Math.log2(ratio) - low) / (high - low);
  return bottom - Math.min(1, Math.max(0, share)) * (bottom - margin.top);
}

function line(ratio: number): string {
  const y = heightOf(ratio).toFixed(1);
  const stroke = ratio === 1 ? '#444' : '#ddd';
  const end = width - margin.right;
  return `<line x1="${margin.left}" x2="${end}" y1="${y}" y2="${y}" stroke="${stroke}"/>${label(`${ratio}×`, margin.left - 6, Number(y) + 4, 'end')}`;
}

function key(name: string, colour: string, x: number): string {
  const y = height - 20;
  return `<rect x="${x}" y="${y - 10}" width="10" height="10" fill="${colour}"/>${label(name, x + 15, y, 'start')}`;
}

function label(text: string, x: number, y: number, anchor: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

function colourOf(names: string[], name: string): string {
  return colours[names.indexOf(name) % colours.length] ?? '';
}
