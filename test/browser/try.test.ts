// The page to try the API on, as a person uses it.
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { developmentToken } from '../../src/auth/development-token.ts';
import { createTask, secret, startApi, type Task } from '../support/api.ts';
import { open, overflow, phone, startBrowser } from '../support/browser.ts';

const api = await startApi();
const browser = await startBrowser();

it('a person pastes a token, creates a task and sees it in the list', async () => {
  const page = await openAs('alice');
  const create = await operation(page, 'Create a task');
  await create.locator('textarea').fill(JSON.stringify({ title: 'Seen on the page' }));
  const created = await execute(create, 'alice');
  expect(created).toMatchObject({ status: '201', body: { title: 'Seen on the page', user_id: 'alice' } });
  const list = await execute(await operation(page, 'List your tasks'), 'alice');
  expect(list).toEqual({ status: '200', body: [created.body] });
  expect(page.faults).toEqual([]);
});

it('the example of the contract can be sent as it is, again and again', async () => {
  const page = await openAs('bob');
  const create = await operation(page, 'Create a task');
  const first = await execute(create, 'bob');
  const second = await execute(create, 'bob');
  expect([first.status, second.status]).toEqual(['201', '201']);
  expect((second.body as Task).id).not.toBe((first.body as Task).id);
  expect(page.faults).toEqual([]);
});

it('nothing is sent that the person did not fill in', async () => {
  const page = await openAs('carol');
  const list = await operation(page, 'List your tasks');
  const [request] = await Promise.all([page.waitForRequest(/\/api\//), execute(list, 'carol')]);
  expect(request.url()).toBe(`${api.url}/api/carol/tasks`);
  expect(page.faults).toEqual([]);
});

it('finds a text with signs that mean something in an address', async () => {
  const page = await openAs('frank');
  for (const title of ['a+b & c#', 'a b & c#', 'a']) await createTask(api, 'frank', { title });
  const list = await operation(page, 'List your tasks');
  await list.getByPlaceholder('q', { exact: true }).fill('a+b & c#');
  expect(await execute(list, 'frank')).toMatchObject({ status: '200', body: [{ title: 'a+b & c#' }] });
});

it('opens a second time, from what the browser has kept, with the token still there', async () => {
  const page = await openAs('erin');
  await page.goto('about:blank');
  await page.goto(`${api.url}/docs/try`);
  expect(await execute(await operation(page, 'List your tasks'), 'erin')).toEqual({ status: '200', body: [] });
  expect(page.faults).toEqual([]);
});

it('fits a phone, whatever is open', async () => {
  const page = await openAs('dave', phone);
  await execute(await operation(page, 'Create a task'), 'dave');
  expect(await overflow(page)).toBe(0);
});

async function openAs(user: string, viewport?: typeof phone) {
  const page = await open(browser, `${api.url}/docs/try`, `${api.url}/`, viewport);
  await page.getByRole('button', { name: 'Authorize' }).click();
  const dialog = page.locator('.modal-ux');
  await dialog.locator('input').fill(developmentToken({ secret }, user));
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  return page;
}

/** Unfolds an operation. */
async function operation(page: Page, summary: string): Promise<Locator> {
  const found = page.locator('.opblock', { hasText: summary });
  await found.locator('.opblock-summary-control').click();
  return found;
}

/** Sends the request as it stands, and reads what the page shows of the answer. */
async function execute(found: Locator, user: string): Promise<{ status: string | undefined; body: unknown }> {
  await found.getByPlaceholder('user_id').fill(user);
  const answered = found.page().waitForResponse(/\/api\//);
  await found.getByRole('button', { name: 'Execute' }).click();
  await (await answered).finished();
  const shown = found.locator('.live-responses-table .response');
  const status = await shown.locator('.response-col_status').textContent();
  const body = await shown.locator('.highlight-code code').first().textContent();
  return { status: status?.trim(), body: JSON.parse(body ?? '') };
}
