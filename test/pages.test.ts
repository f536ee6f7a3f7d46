// The pages as any client gets them; what a browser makes of them is in test/browser.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApi } from './support/api.ts';

const api = await startApi();

describe.each(['/docs', '/docs/try'])('%s', (path) => {
  it('lets exactly its own scripts run', async () => {
    const { status, headers, text } = await api.request('GET', path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const scripts = [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script);
    const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    const policy = headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", `script-src ${hashes.join(' ')}`]));
  });

  it('keeps its policy when it is still the same: a 304 replaces the headers that a browser has stored', async () => {
    const { headers } = await api.request('GET', path);
    const again = await api.request('GET', path, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
    for (const name of ['content-security-policy', 'etag', 'cache-control']) {
      expect(again.headers.get(name)).toBe(headers.get(name));
    }
  });
});
