// The documentation as a person opens it: served at /docs, and as the file that `npm run docs` writes.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/contract.ts';
import { startApi } from '../support/api.ts';
import { open, overflow, phone, startBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/folder.ts';

const { document, operations, problems } = loadContract();
const api = await startApi();
const browser = await startBrowser();
const folder = temporaryFolder();
const file = join(folder, 'made', 'docs.html');
await promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/docs.ts', file]);

/** What the contract calls its operations. */
const summaries = Object.values(document.paths)
  .flatMap((item) => Object.values(item))
  .flatMap((operation) => ('summary' in operation ? [String(operation.summary)] : []));

describe.each([
  ['the page that the server serves', `${api.url}/docs`, `${api.url}/`],
  ['the file that npm run docs writes', pathToFileURL(file).href, pathToFileURL(file).href],
])('%s', (_name, address, home) => {
  it('describes every operation, without a complaint or a request to others', async () => {
    const page = await open(browser, address, home);
    expect(summaries).toHaveLength(operations.length);
    for (const summary of summaries) await page.locator('h2', { hasText: summary }).waitFor();
    expect(page.faults).toEqual([]);
  });

  it('has a row for each type of problem, and the type leads to it', async () => {
    const page = await open(browser, `${address}#precondition-failed`, home);
    for (const { type } of Object.values(problems)) {
      await page.locator(`tr:has(${type.replace('/docs', '')})`, { hasText: type }).waitFor();
    }
    await comesIntoView(page.locator('tr:has(#precondition-failed)'));
    expect(page.faults).toEqual([]);
  });

  it('has an address for each operation', async () => {
    const page = await open(browser, `${address}#tag/Tasks/operation/updateTask`, home);
    await comesIntoView(page.locator('h2', { hasText: 'Change a task' }));
    expect(page.faults).toEqual([]);
  });

  it('finds what a person searches for', async () => {
    const page = await open(browser, address, home);
    await page.getByPlaceholder('Search').fill('reopen');
    await page.locator('[role=search]').getByText('Complete or reopen a task').waitFor();
    expect(page.faults).toEqual([]);
  });

  it('opens a second time, from what the browser has kept', async () => {
    const page = await open(browser, address, home);
    await page.goto('about:blank');
    await page.goto(address);
    await page.locator('h2', { hasText: 'List your tasks' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  it('fits a phone', async () => {
    const page = await open(browser, address, home, phone);
    await page.locator('h2', { hasText: 'List your tasks' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(page.faults).toEqual([]);
  });
});

it('the server and npm run docs make the same page', async () => {
  const served = await api.request('GET', '/docs');
  expect(await readFile(file, 'utf8')).toBe(served.text);
});

/** Waits until the window shows where this begins. */
async function comesIntoView(found: Locator): Promise<void> {
  const height = found.page().viewportSize()?.height ?? 0;
  const top = async () => (await found.boundingBox())?.y;
  await expect.poll(top, { timeout: 10_000 }).toSatisfy((y) => y >= 0 && y < height);
}
