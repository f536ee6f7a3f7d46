// Starts and stops the server: settings, database, app, listen; and on a signal the same way back.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { destination, type Logger, pino } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Contract, loadContract } from './contract/contract.ts';
import { connect, type Database } from './database/connect.ts';
import { forgetOld } from './database/once.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { serviceUnavailable } from './http/problem.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { refuseUnreadable } from './http/unreadable.ts';
import { operations } from './operations.ts';
import { createPages } from './service/pages.ts';
import type { Service } from './service/service.ts';

export interface RunningServer {
  /** `http://HOST:PORT` as it listens. */
  url: string;
  /** Where the metrics are, when they have a port of their own. */
  metricsUrl: string | undefined;
  /** Lets the running requests finish, and takes no new ones. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** A database in place of the one that the settings name. */
  database?: Database;
  /** A contract in place of `openapi.yaml`. */
  contract?: Contract;
  log?: Logger;
}

/** @throws Error with one line that says what stops the start. */
export async function start(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const { log = pino({ level: config.logLevel }, destination(2)), contract = loadContract() } = options;
  const { db, close: closeDatabase } = options.database ?? (await connect(config.database));
  const rateLimit = createRateLimit(config, log);
  const metrics = createMetrics();
  let stopping = false;
  const service: Service = {
    contract,
    metrics,
    metricsHere: !(config.production && config.metricsPort !== undefined),
    pages: createPages(contract),
    assertReady: async () => {
      if (stopping) throw serviceUnavailable();
      await db.raw('select 1');
    },
  };
  const app = await createApp({ config, db, contract, operations, service, log, countRequest: rateLimit.count });
  const server = await listen(
    (req, res) => {
      // A caller who keeps the connection busy would keep a stopping server alive.
      if (stopping) res.setHeader('Connection', 'close');
      app(req, res);
    },
    config.host,
    config.port,
  );
  const metricsServer = service.metricsHere
    ? undefined
    : await listenForMetrics(config, contract.paths.getMetrics, metrics);
  const forgetting = setInterval(
    () => forgetOld(db).catch((error) => log.error({ err: error }, 'cannot forget old results')),
    3_600_000,
  );

  return {
    url: urlOf(server),
    metricsUrl: metricsServer && urlOf(metricsServer),
    async stop() {
      stopping = true;
      clearInterval(forgetting);
      await Promise.all([close(server), metricsServer && close(metricsServer)]);
      await rateLimit.close();
      await closeDatabase();
    },
  };
}

async function listen(app: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 5_000 },
    app,
  );
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

function listenForMetrics({ host, metricsPort = 0 }: Config, path: string, metrics: Metrics): Promise<Server> {
  return listen(
    async (req, res) => {
      if (req.url === path) res.setHeader('Content-Type', metrics.contentType).end(await metrics.text());
      else res.writeHead(404).end();
    },
    host,
    metricsPort,
  );
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function urlOf(server: Server): string {
  // A server that listens on a port has an address of this form.
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
