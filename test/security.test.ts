// SECURITY.md names the tests that stand behind its promises: they must be there.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const promises = readFileSync(new URL('SECURITY.md', root), 'utf8');

it('every risk of the OWASP API Security Top 10 is answered by a test', () => {
  const rows = promises.match(/^\| API\d+ .*$/gm) ?? [];
  expect(rows.map((row) => /API\d+/.exec(row)?.[0])).toEqual(Array.from({ length: 10 }, (_, i) => `API${i + 1}`));
  for (const row of rows) expect(row).toMatch(/`test\/[\w-]+\.test\.ts` "/);
});

it.each(
  [...promises.matchAll(/`(test\/[\w/-]+\.test\.ts)` "([^"]+)"/g)].map(([, file = '', title = '']) => [file, title]),
)('%s has the test "%s"', (file, title) => {
  const titles = readFileSync(new URL(file, root), 'utf8').replaceAll("\\'", "'");
  expect(titles).toContain(title);
});
