// A collector of traces (OTLP over HTTP) that remembers what it was sent.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A span as OTLP's JSON has it. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** 2: of a server, 3: of a client. */
  kind: number;
  /** `code` 2: an error. */
  status: { code: number };
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface Collector {
  url: string;
  /** What was sent, byte for byte. */
  received: { path: string | undefined; type: string | undefined; body: Buffer }[];
  /** The spans among it that came as JSON. */
  spans(): Span[];
}

/** Listens until the test ends. A silent one takes what it is sent, and never answers. */
export async function startCollector({ silent = false } = {}): Promise<Collector> {
  const received: Collector['received'] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    received.push({ path: req.url, type: req.headers['content-type'], body: Buffer.concat(chunks) });
    if (!silent) res.setHeader('Content-Type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received, spans: () => received.flatMap(({ body }) => spansIn(body)) };
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

function spansIn(body: Buffer): Span[] {
  const { resourceSpans } = JSON.parse(body.toString());
  return resourceSpans.flatMap(({ resource, scopeSpans }: { resource: { attributes: Attribute[] }; scopeSpans: [] }) =>
    scopeSpans.flatMap(({ spans }: { spans: (Omit<Span, 'attributes'> & { attributes: Attribute[] })[] }) =>
      spans.map((span) => ({
        ...span,
        attributes: byName(span.attributes),
        resource: byName(resource.attributes),
      })),
    ),
  );
}

/** `[{ key: 'a', value: { intValue: 1 } }]` as `{ a: 1 }`. */
function byName(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
