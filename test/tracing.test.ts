// Traces: sent to a collector when the variables of OpenTelemetry say so, otherwise nothing of it is even loaded.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, inject, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { start } from '../src/server.ts';
import { readTracing } from '../src/tracing/settings.ts';
import { createTask, problemOf, request, secret, startApi, tokenFor } from './support/api.ts';
import { startCollector } from './support/collector.ts';
import { createDatabase } from './support/database.ts';
import { temporaryFolder } from './support/folder.ts';
import { type ServerProcess, startServer } from './support/process.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpan = 'b7ad6b7169203331';

/** A server of its own process, on a database of its own. */
async function startTraced(settings: Record<string, string>): Promise<ServerProcess> {
  const { url } = 'url' in inject('template') ? await createDatabase() : {};
  const database = url === undefined ? { DATA_DIR: temporaryFolder() } : { DATABASE_URL: url };
  return startServer({ ...database, BETTER_AUTH_SECRET: secret, LOG_LEVEL: 'info', ...settings });
}

function create({ url }: ServerProcess, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/alice/tasks`, {
    method: 'POST',
    body: JSON.stringify({ title: 'Buy milk' }),
    headers: { Authorization: `Bearer ${tokenFor('alice')}`, 'Content-Type': 'application/json', ...headers },
  });
}

/** The lines of the log of a process. */
function lines({ stderr }: ServerProcess): Record<string, unknown>[] {
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/**
 * The files of OpenTelemetry that a process has loaded, as Node wrote them into a folder when it ended; without those of its
 * API, which prom-client loads and which do nothing.
 */
function loaded(folder: string): string[] {
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const urls = reports.flatMap(({ result }: { result: { url: string }[] }) => result.map(({ url }) => url));
  expect(urls.some((url) => url.includes('express'))).toBe(true);
  return urls.filter((url) => /@opentelemetry\/(?!api\/)/.test(url));
}

it("a request is a span in its caller's trace, and each of its statements a span within", async () => {
  const collector = await startCollector();
  const NODE_V8_COVERAGE = temporaryFolder();
  const server = await startTraced({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    NODE_V8_COVERAGE,
  });
  const reply = await create(server, { traceparent: `00-${traceId}-${callerSpan}-01` });
  expect(reply.status).toBe(201);
  await fetch(`${server.url}/nowhere`);
  expect(await server.stop()).toBe(0);

  expect(collector.received[0]).toMatchObject({ path: '/v1/traces', type: 'application/json' });
  const spans = collector.spans();
  const request = spans.find(({ name }) => name === 'createTask');
  expect(request).toMatchObject({ traceId, parentSpanId: callerSpan, kind: 2, resource: { 'service.name': 'deed' } });
  expect(request?.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/api/{user_id}/tasks',
    'http.response.status_code': 201,
    'url.path': '/api/alice/tasks',
    'user.id': 'alice',
  });
  expect(request?.status.code).toBe(0);
  const statements = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
  // The first write of a user: refused, because nobody knows her yet.
  expect(statements.map(({ name, status, attributes }) => [name, status.code, attributes['error.type']])).toEqual([
    ['INSERT tasks', 2, '23503'],
    ['INSERT users', 0, undefined],
    ['INSERT tasks', 0, undefined],
  ]);
  expect(statements[0]).toMatchObject({ traceId, kind: 3, attributes: { 'db.system.name': 'postgresql' } });
  expect(JSON.stringify(statements)).not.toContain('Buy milk');
  expect(lines(server).find(({ operation }) => operation === 'createTask')).toMatchObject({ trace_id: traceId });
  expect(spans.find(({ name }) => name === 'GET')?.attributes).toMatchObject({ 'http.response.status_code': 404 });
  expect(loaded(NODE_V8_COVERAGE)).not.toEqual([]);
});

it("with OTEL_PROPAGATORS=none a caller's trace is not continued", async () => {
  const collector = await startCollector();
  const server = await startTraced({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_PROPAGATORS: 'none',
  });
  await create(server, { traceparent: `00-${traceId}-${callerSpan}-01` });
  expect(await server.stop()).toBe(0);
  const request = collector.spans().find(({ name }) => name === 'createTask');
  expect(request?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(request?.traceId).not.toBe(traceId);
});

it('a fault of the server is an error of its span, a refused request is none', async () => {
  const collector = await startCollector();
  const api = await startApi({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/elsewhere`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_SERVICE_NAME: 'tasks of the test',
  });
  await createTask(api, 'alice', { title: 'x' });
  problemOf(await api.request('GET', '/api/alice/tasks/999', { as: 'alice' }), 404);
  await api.database.db.raw('alter table tasks rename to away');
  problemOf(await api.request('GET', '/api/alice/tasks', { as: 'alice' }), 500);
  await api.stop();
  expect(collector.received[0]?.path).toBe('/elsewhere');
  const outcomes = collector
    .spans()
    .map(({ name, status, attributes }) => [name, status.code, attributes['error.type']]);
  expect(outcomes).toEqual([
    ['createTask', 0, undefined],
    ['getTask', 0, 'NotFound'],
    ['listTasks', 2, 'InternalServerError'],
  ]);
  expect(collector.spans()[0]?.resource['service.name']).toBe('tasks of the test');
});

it('each statement has a span, whether it fails or not', async () => {
  const collector = await startCollector();
  const { url } = 'url' in inject('template') ? await createDatabase() : {};
  const config = readConfig({
    ...(url === undefined ? { DATA_DIR: temporaryFolder() } : { DATABASE_URL: url }),
    NODE_ENV: 'test',
    PORT: '0',
    BETTER_AUTH_SECRET: secret,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  const server = await start(config, { log: pino({ enabled: false }) });
  for (const headers of [{}, { 'Idempotency-Key': 'k' }]) {
    const options = { as: 'alice', json: { title: 'x' }, headers };
    const reply = await request(`${server.url}/api/alice/tasks`, 'POST', options);
    expect(reply.status, reply.text).toBe(201);
  }
  await server.stop();
  const statements = collector.spans().filter(({ attributes }) => attributes['db.query.text'] !== undefined);
  const written = statements.filter(({ name }) => name.startsWith('INSERT')).map(({ status }) => status.code);
  expect(written.slice(-5)).toEqual([2, 0, 0, 0, 0]);
  expect(statements.map(({ name }) => name)).toContain('BEGIN'); // of no table
});

it('they are sent as protobuf unless told otherwise', async () => {
  const collector = await startCollector();
  const api = await startApi({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` });
  await createTask(api, 'alice', { title: 'x' });
  await api.stop();
  expect(collector.received[0]).toMatchObject({ path: '/v1/traces', type: 'application/x-protobuf' });
  expect(collector.received[0]?.body.toString('latin1')).toContain('createTask');
});

it('without the variables nothing of OpenTelemetry is loaded', async () => {
  const NODE_V8_COVERAGE = temporaryFolder();
  const server = await startTraced({ NODE_V8_COVERAGE });
  expect((await create(server)).status).toBe(201);
  expect(await server.stop()).toBe(0);
  expect(lines(server).find(({ operation }) => operation === 'createTask')).not.toHaveProperty('trace_id');
  expect(loaded(NODE_V8_COVERAGE)).toEqual([]);
});

describe('a collector', () => {
  it('that does not answer does not keep a server from stopping', async () => {
    const collector = await startCollector({ silent: true });
    const api = await startApi({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url });
    await createTask(api, 'alice', { title: 'x' });
    const since = performance.now();
    await api.stop();
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(collector.received).toHaveLength(1);
  });

  it('that is away harms no request, and the log says so once', async () => {
    const api = await startApi({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
      OTEL_BSP_SCHEDULE_DELAY: '20',
    });
    const complaints = () => api.logged.filter(({ msg }) => msg === 'the collector of traces is away: spans are lost');
    await expect
      .poll(async () => {
        await createTask(api, 'alice', { title: 'x' });
        return complaints().length;
      })
      .toBe(1);
    const since = performance.now();
    while (performance.now() - since < 1_000) await createTask(api, 'alice', { title: 'x' }); // many more attempts
    await api.stop();
    expect(complaints()).toHaveLength(1);
  });
});

describe('the settings', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';

  it.each([
    [{}, undefined],
    [{ OTEL_SERVICE_NAME: 'tasks' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http/protobuf'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT }, 'http/protobuf'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/x' }, 'http/protobuf'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'http/json'],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
      },
      'http/protobuf',
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '0.25', OTEL_BSP_SCHEDULE_DELAY: '20' }, 'http/protobuf'],
  ])('%o: %s', (environment, protocol) => {
    expect(readTracing(environment)?.protocol).toBe(protocol);
  });

  it.each([
    ['', true],
    ['tracecontext', true],
    ['baggage, tracecontext', true],
    ['baggage', false],
    ['none', false],
  ])('OTEL_PROPAGATORS=%s continues a trace: %s', (OTEL_PROPAGATORS, continued) => {
    expect(readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS })?.continued).toBe(continued);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT must be an address'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL must be one of',
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: 'nonsense' }, 'OTEL_TRACES_SAMPLER must be one of'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: 'abc' }, 'OTEL_TRACES_SAMPLER_ARG must be a number'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG must be a number'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_BSP_SCHEDULE_DELAY: 'abc' }, 'OTEL_BSP_SCHEDULE_DELAY must be a whole number'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TIMEOUT: '-1' },
      'OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_COMPRESSION: 'zip' },
      'OTEL_EXPORTER_OTLP_COMPRESSION must be one of',
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS: 'tracecontext,b3' }, 'OTEL_PROPAGATORS must be some of'],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER must be one of otlp, none, not "zipkin"'],
  ])('%o stops the start', (environment, line) => {
    expect(() => readTracing(environment)).toThrow(line);
  });

  it('reach the SDK from a .env file too', () => {
    const { variables } = readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME: 'tasks', PORT: '1' }) ?? {};
    expect(variables).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME: 'tasks' });
  });
});
