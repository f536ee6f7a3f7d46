// What is made of samples: medians over the rounds, and ratios of what was measured in the same round.
import type { Operation } from './load.ts';
import type { Sample } from './measure.ts';

export type Figure = 'cpu' | 'postgres' | 'throughput' | 'p50' | 'p99';

/** One operation at one concurrency. */
export interface Point {
  operation: Operation;
  connections: number;
}

export class Figures {
  readonly #samples: Sample[];
  readonly names: string[];

  constructor(samples: Sample[], names: string[]) {
    this.#samples = samples;
    this.names = names;
  }

  /** Not a number for what could not be seen. */
  median(figure: Figure, name: string, point: Point): number {
    return median(this.#of(figure, name, point));
  }

  /** Not a number when one of the two has not taken part. */
  ratio(figure: Figure, name: string, base: string, point: Point): number {
    return median(this.ratios(figure, name, base, point));
  }

  /** Of each round, by its number. */
  ratios(figure: Figure, name: string, base: string, point: Point): number[] {
    const theirs = this.#of(figure, base, point);
    return this.#of(figure, name, point).flatMap((mine, round) => {
      const other = theirs[round];
      return other === undefined ? [] : [mine / other];
    });
  }

  #of(figure: Figure, name: string, { operation, connections }: Point): number[] {
    const mine = this.#samples.filter((sample) => sample.name === name && sample.operation === operation);
    return mine.flatMap((sample) => (sample.connections === connections ? (sample[figure] ?? []) : []));
  }
}

/** Not a number when there are no values. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [high = Number.NaN, low = high] = [sorted[middle], sorted[sorted.length - 1 - middle]];
  return (low + high) / 2;
}
