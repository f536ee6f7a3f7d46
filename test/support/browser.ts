// A real browser on our pages, which tells of everything that a page does wrong or asks of others.
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export interface WatchedPage extends Page {
  /** Errors and warnings, requests that leave the page's home, breaches of its policy: what there must be none of. */
  faults: string[];
}

export const phone = { width: 390, height: 844 };

/** Starts the browser, with more arguments if need be; it closes after the test file. */
export async function startBrowser(...more: string[]): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet, ...more];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  afterAll(() => browser.close());
  return browser;
}

/** Opens an address in a browser of its own, without history; `home` is where all that it loads has to come from. */
export async function open(browser: Browser, address: string, home: string, viewport = { width: 1280, height: 900 }) {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(10_000); // less than that of a test, so that it says what it waited for
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (![home, 'data:', 'blob:', 'about:'].some((start) => request.url().startsWith(start)))
      faults.push(request.url());
  });
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective, event.blockedURI));`,
  );
  await page.goto(address);
  return Object.assign(page, { faults }) satisfies WatchedPage;
}

/** How many pixels the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
}
