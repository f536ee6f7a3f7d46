// The service itself: what it says of itself, its probes, its contract, its metrics, and what every answer carries.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTask, problemOf, request, startApi, tokenFor } from './support/api.ts';

const api = await startApi({ CORS_ORIGINS: 'https://app.example.com, https://other.example.com' });
const source = readFileSync(new URL('../openapi.yaml', import.meta.url), 'utf8');

it('/ says what this is and where to go, and each link leads somewhere', async () => {
  const { json, status } = await api.request('GET', '/');
  expect(status).toBe(200);
  const { name, version, links } = json as { name: string; version: string; links: Record<string, string> };
  expect([name, version]).toEqual(['Tasks API', parse(source).info.version]);
  expect(Object.keys(links).sort()).toEqual(['contract', 'docs', 'health', 'ready', 'try']);
  for (const link of Object.values(links)) expect((await api.request('GET', link)).status).toBe(200);
});

it('/health and /ready answer while all is well', async () => {
  for (const path of ['/health', '/ready']) {
    expect(await api.request('GET', path)).toMatchObject({ status: 200, json: { status: 'ok' } });
  }
});

describe('the contract', () => {
  it('is served as it was written, and as JSON', async () => {
    const yaml = await api.request('GET', '/openapi.yaml');
    expect(yaml.text).toBe(source);
    expect(yaml.headers.get('content-type')).toMatch(/^application\/yaml/);
    expect((await api.request('GET', '/openapi.json')).json).toEqual(parse(source));
  });

  it.each(['/openapi.yaml', '/openapi.json', '/docs', '/docs/try'])(
    'at %s is 304 while it is the same',
    async (path) => {
      const first = await api.request('GET', path);
      const tag = first.headers.get('etag') ?? '';
      const again = await api.request('GET', path, { headers: { 'If-None-Match': tag } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
      expect((await api.request('GET', path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
    },
  );
});

describe.each(['/docs', '/docs/try'])('the page %s', (path) => {
  it('runs its own scripts and nothing else', async () => {
    const { headers } = await api.request('GET', path);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+' 'sha256-[^']+';/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
  });
});

describe('the metrics', () => {
  it('count requests by operation and status', async () => {
    await createTask(api, 'alice', { title: 'x' });
    await api.request('GET', '/api/alice/tasks/999999', { as: 'alice' });
    await api.request('GET', '/nowhere');
    const { text, headers } = await api.request('GET', '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(/^http_request_duration_seconds_count\{operation="createTask",status="201"\} 1$/m);
    expect(text).toMatch(/^http_request_duration_seconds_count\{operation="getTask",status="404"\} 1$/m);
    expect(text).toMatch(/^http_request_duration_seconds_count\{operation="none",status="404"\} 1$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('have no more series than the contract has operations and answers, whatever is asked for', async () => {
    const metrics = async () => (await api.request('GET', '/metrics')).text;
    const series = (text: string) => new Set(text.match(/^http_request_duration_seconds_count\{.*\}/gm));
    await api.request('GET', '/nowhere');
    await api.request('PURGE', '/api/alice/tasks');
    await metrics();
    const before = series(await metrics());
    for (let other = 0; other < 50; other += 1) {
      await api.request('GET', `/nowhere/${other}?${other}`, { headers: { 'X-Request-Id': `id-${other}` } });
      await api.request('PURGE', `/api/user-${other}/tasks`);
    }
    expect(series(await metrics())).toEqual(before);
  });

  it('tell how busy the connections to the database are, and who waits for one', async () => {
    const value = async (name: string) => {
      const { text } = await api.request('GET', '/metrics');
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length),
      );
    };
    const max = await value('database_connections_max');
    expect(max).toBeGreaterThan(0);
    const held = await Promise.all(Array.from({ length: max }, () => api.database.db.client.acquireConnection()));
    expect(await value('database_connections{state="in_use"}')).toBe(max);
    const waiting = api.request('GET', '/api/alice/tasks', { as: 'alice' });
    await expect.poll(() => value('database_connection_waiters')).toBe(1);
    for (const connection of held) await api.database.db.client.releaseConnection(connection);
    expect((await waiting).status).toBe(200);
    expect(await value('database_connection_waiters')).toBe(0);
    expect(await value('database_connections{state="in_use"}')).toBe(0);
    expect(await value('database_connections{state="idle"}')).toBe(max);
  });

  it('tell how late the event loop is', async () => {
    const { text } = await api.request('GET', '/metrics');
    for (const quantile of ['p50', 'p99', 'max']) {
      expect(text).toMatch(new RegExp(`^nodejs_eventloop_lag_${quantile}_seconds [\\d.e-]+$`, 'm'));
    }
  });
});

describe('a request id', () => {
  it('is taken from the caller, or made', async () => {
    const given = await api.request('GET', '/health', { headers: { 'X-Request-Id': 'trace.1_A-b' } });
    expect(given.headers.get('x-request-id')).toBe('trace.1_A-b');
    const made = await api.request('GET', '/health');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['', 'a b', 'x'.repeat(129), '"quoted"', '<x>', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'])(
    '%s is replaced',
    async (id) => {
      const reply = await api.request('GET', '/nowhere', { headers: { 'X-Request-Id': id } });
      expect(problemOf(reply, 404).instance).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

it('every answer carries the security headers, and says nothing of the server software', async () => {
  for (const path of ['/', '/nowhere', '/api/alice/tasks']) {
    const { headers } = await api.request('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
  }
});

it("a user's data is never kept by a shared cache", async () => {
  const { headers } = await api.request('GET', '/api/alice/tasks', { as: 'alice' });
  expect(headers.get('cache-control')).toBe('private, no-cache');
  expect((await api.request('GET', '/api/alice/tasks')).headers.get('cache-control')).toBe('no-store');
});

describe('a browser', () => {
  const preflight = (path: string, origin: string, method: string) =>
    api.request('OPTIONS', path, {
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,if-match',
      },
    });

  it.each(['https://app.example.com', 'https://other.example.com'])('of %s is let in', async (origin) => {
    const { status, headers } = await preflight('/api/alice/tasks/1', origin, 'PUT');
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([204, origin, 'Origin']);
    expect(headers.get('access-control-allow-methods')?.split(',')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    );
    expect(headers.get('access-control-allow-headers')?.split(',')).toEqual(
      expect.arrayContaining([
        'Authorization',
        'Content-Type',
        'If-Match',
        'If-None-Match',
        'Idempotency-Key',
        'traceparent',
      ]),
    );
    const { headers: actual } = await api.request('GET', '/api/alice/tasks', {
      as: 'alice',
      headers: { Origin: origin },
    });
    expect(actual.get('access-control-allow-origin')).toBe(origin);
    expect(actual.get('access-control-expose-headers')?.split(',')).toEqual(
      expect.arrayContaining([
        'ETag',
        'Link',
        'Location',
        'X-Total-Count',
        'Retry-After',
        'RateLimit-Remaining',
        'X-Request-Id',
        'WWW-Authenticate',
      ]),
    );
  });

  it.each(['https://evil.example.com', 'http://app.example.com', 'https://app.example.com.evil.com', 'null'])(
    'of %s is not',
    async (origin) => {
      const { headers } = await preflight('/api/alice/tasks/1', origin, 'PUT');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('learns that there is nothing at an address from the request itself, not from its preflight', async () => {
    const origin = 'https://app.example.com';
    for (const path of ['/nowhere', '/api/alice/tasks/', '/api//tasks']) {
      const { status, headers } = await preflight(path, origin, 'GET');
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
      const reply = await api.request('GET', path, { as: 'alice', headers: { Origin: origin } });
      expect(problemOf(reply, 404).type).toBe('about:blank');
      expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
    }
  });
});

describe('in production', async () => {
  const production = await startApi({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: 'postgres://unused',
    METRICS_PORT: '0',
  });

  it('the metrics are on their own port alone', async () => {
    problemOf(await production.request('GET', '/metrics'), 404);
    const reply = await fetch(`${production.metricsUrl}/metrics`);
    expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('http_request_duration_seconds')]);
    const head = await fetch(`${production.metricsUrl}/metrics?job=deed`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    problemOf(await request(`${production.metricsUrl}/api/alice/tasks`, 'GET', {}), 404);
    const posted = await request(`${production.metricsUrl}/metrics`, 'POST', {});
    problemOf(posted, 405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });

  it('no origin is let in unless it is named', async () => {
    const { headers } = await production.request('GET', '/', { headers: { Origin: 'http://localhost:3000' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('600 requests a minute are allowed', async () => {
    const { headers } = await production.request('GET', '/api/alice/tasks', { as: 'alice' });
    expect(headers.get('ratelimit-limit')).toBe('600');
  });
});

describe('a rate limit', async () => {
  const limited = await startApi({ RATE_LIMIT_PER_MINUTE: '3' });
  const list = (user?: string) => limited.request('GET', '/api/alice/tasks', user === undefined ? {} : { as: user });

  it('holds for each user, and for callers without a token by address', async () => {
    for (let left = 2; left >= 0; left -= 1) {
      const { status, headers } = await list('alice');
      expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([
        200,
        '3',
        String(left),
      ]);
    }
    const reply = await list('alice');
    expect(problemOf(reply, 429).detail).toMatch(/^Too many requests\. Try again in \d+ seconds\.$/);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(reply.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    expect((await list('bob')).status).toBe(403);
    for (const status of [401, 401, 401, 429]) expect((await list()).status).toBe(status);
  });

  it('lets as many through as are left of requests that are sent together', async () => {
    const { port, hostname } = new URL(limited.url);
    const socket = connect(Number(port), hostname);
    const head = `GET /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('carol')}\r\n`;
    socket.write(`${`${head}\r\n`.repeat(4)}${head}Connection: close\r\n\r\n`);
    let answers = '';
    socket.on('data', (chunk) => {
      answers += chunk;
    });
    await once(socket, 'close');
    const all = (pattern: RegExp) => [...answers.matchAll(pattern)].map(([, found]) => Number(found));
    expect(all(/HTTP\/1\.1 (\d+)/g)).toEqual([403, 403, 403, 429, 429]);
    expect(all(/RateLimit-Remaining: (\d+)/g)).toEqual([2, 1, 0, 0, 0]);
  });

  it('goes by the connection, whatever a caller says of another address', async () => {
    const from = (address: string) =>
      limited.request('GET', '/api/alice/tasks', { headers: { 'X-Forwarded-For': address } });
    for (const address of ['192.0.2.11', '192.0.2.12', '192.0.2.13', '192.0.2.14']) await from(address);
    expect((await from('192.0.2.15')).status).toBe(429);
  });

  it('behind a proxy goes by the address that the proxy has seen', async () => {
    const proxied = await startApi({ RATE_LIMIT_PER_MINUTE: '3', TRUST_PROXY: '1' });
    const from = async (addresses: string) => {
      const headers = { 'X-Forwarded-For': addresses };
      return (await proxied.request('GET', '/api/alice/tasks', { headers })).status;
    };
    for (const status of [401, 401, 401, 429]) expect(await from('192.0.2.1')).toBe(status);
    await expect
      .poll(() => proxied.logged)
      .toContainEqual(expect.objectContaining({ status: 429, client: '192.0.2.1' }));
    expect(await from('192.0.2.2')).toBe(401);
    // What the caller says itself comes before what the proxy adds.
    expect(await from('192.0.2.3, 192.0.2.1')).toBe(429);
    // Some proxies add the port of the connection.
    expect(await from('192.0.2.1:50123')).toBe(429);
    // What is no address is no caller of its own.
    for (const [invented, status] of Object.entries({ a: 401, '0x1': 401, unknown: 401, b: 429 })) {
      expect(await from(invented)).toBe(status);
    }
    for (const port of [1, 2, 3, 4]) expect(await from(`[2001:db8::1]:${port}`)).toBe(port < 4 ? 401 : 429);
  });

  it('leaves the probes alone', async () => {
    for (let probe = 0; probe < 5; probe += 1) expect((await limited.request('GET', '/health')).status).toBe(200);
  });
});
