// How often things break: a bounded form for CI, or all of it with `npm run resilience`.

const long = process.env['RESILIENCE'] === 'long';

/** How often the server is killed. */
export const kills = long ? 50 : 10;

/** How often the database goes away, in each way that it can. */
export const outages = long ? 20 : 5;

/** How often replicas start together on nothing. */
export const starts = long ? 20 : 5;

/** How often a replica is told to stop under load. */
export const stops = long ? 10 : 3;

/** For how long the memory is watched, in requests. */
export const requests = long ? 300_000 : 30_000;

/** How often the crowd's server and the quiet one are measured in turn. */
export const rounds = long ? 25 : 9;

/** Says what was seen, for the table in the README. */
export function report(figure: string): void {
  process.stdout.write(`\n${figure}\n`);
}
