// Listens for HTTP and stops listening: the limits on slow callers, and the end of every connection.
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import { oneAtATime } from './pipeline.ts';
import { refusalsOf } from './unreadable.ts';

/**
 * All in milliseconds. A caller who is slow with a request has at most 12 s, one second until it is noticed, and one to read why it
 * is refused. Between requests a connection may be idle for longer than load balancers keep theirs, which is mostly 60 s.
 */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
};

/** How long a connection may go without a byte either way while its answer is being sent, in milliseconds. */
const stalled = 14_000;

/** How long a connection is kept for one more request when the server stops, in milliseconds. */
export const idleGrace = 300;

/** Where to listen, and the variable that says so. */
export interface Address {
  host: string;
  port: number;
  variable: 'PORT' | 'METRICS_PORT';
}

/** Where it is said what never became a request. */
export interface Observers {
  log: Logger;
  metrics: Pick<Metrics, 'unreadable'>;
}

/** What makes the requests and responses of an app; Node does by default. */
export type Exchange = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/** @throws Error with one line that names the variable, when nobody can listen there. */
export async function listen(
  app: RequestListener,
  { host, port, variable }: Address,
  { log, metrics }: Observers,
  exchange: Exchange = {},
): Promise<Server> {
  const serve = oneAtATime(app, log);
  // A request without Host is refused with a problem, in target.ts.
  const server = createServer({ ...limits, ...exchange, requireHostHeader: false }, serve);
  server.maxHeadersCount = 0; // beyond 2,000 Node leaves fields out, and with them what they ask for; 16 kB is the limit
  const refusals = refusalsOf(log, metrics);
  server.on('clientError', refusals.unreadable);
  server.on('checkExpectation', refusals.expectation);
  server.on('checkContinue', serve); // whoever reads the body says that it may come, see body.ts
  server.on('connect', refusals.tunnel);
  server.timeout = stalled;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(complaint(error, host, variable), { cause: error });
  });
  server.on('error', (error) => log.error({ err: error }, 'the listener failed'));
  return server;
}

/**
 * Takes no new connections and ends the others as soon as their requests are answered. On a connection that looks idle a request
 * may be on its way, which would be cut: it is closed with the next answer, or when none was asked for in a while.
 */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    let sweep: NodeJS.Timeout | undefined;
    let turn: NodeJS.Immediate | undefined;
    const closeIdle = () => {
      server.closeIdleConnections();
      sweep = setTimeout(closeSoon, 50);
    };
    // One turn more: after a busy while, a request that has come in time may only now be read.
    const closeSoon = () => {
      turn = setImmediate(closeIdle);
    };
    sweep = setTimeout(closeSoon, idleGrace);
    // The `close` of an HTTP server would close the idle ones at once.
    NetServer.prototype.close.call(server, () => {
      clearTimeout(sweep);
      clearImmediate(turn);
      resolve();
    });
  });
}

/** `http://HOST:PORT` as the server listens. */
export function urlOf(server: Server): string {
  // A server that listens on a port has an address of this form.
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function complaint({ code, message }: NodeJS.ErrnoException, host: string, variable: Address['variable']): string {
  if (code === 'EADDRINUSE') return `${variable} is in use by another process. Stop it, or set another ${variable}.`;
  return `HOST ${host} with this ${variable} is nothing to listen on (${message})`;
}
