// Listens for HTTP and stops listening: the limits on slow callers, and the end of every connection.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { refuseExpectation, refuseUnreadable } from './unreadable.ts';

/** All in milliseconds. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

/** Where to listen, and the variable that says so. */
export interface Address {
  host: string;
  port: number;
  variable: 'PORT' | 'METRICS_PORT';
}

/** @throws Error with one line that names the variable, when nobody can listen there. */
export async function listen(app: RequestListener, { host, port, variable }: Address, log: Logger): Promise<Server> {
  // A request without Host is refused with a problem, in target.ts.
  const server = createServer({ ...limits, requireHostHeader: false }, app);
  server.on('clientError', refuseUnreadable(log));
  server.on('checkExpectation', refuseExpectation);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(complaint(error, host, variable), { cause: error });
  });
  server.on('error', (error) => log.error({ err: error }, 'the listener failed'));
  return server;
}

/** Takes no new connections and ends the others as soon as their requests are answered. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection that was busy a moment ago would otherwise be kept for its next request.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearInterval(sweep);
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
