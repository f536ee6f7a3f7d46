// Starts and stops the server: settings, database, app, listen; and on a signal the same way back.
import type { RequestListener } from 'node:http';
import { destination, type Logger, pino } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Contract, loadContract } from './contract/contract.ts';
import { connect, type Database } from './database/connect.ts';
import { forgetOld } from './database/once.ts';
import { listen, stopListening, urlOf } from './http/listen.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { serviceUnavailable } from './http/problem.ts';
import { createRateLimit } from './http/rate-limit.ts';
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
  const metricsPort = config.production ? config.metricsPort : undefined;
  let stopping = false;
  const service: Service = {
    contract,
    metrics,
    metricsHere: metricsPort === undefined,
    pages: createPages(contract),
    assertReady: async () => {
      if (stopping) throw serviceUnavailable();
      await db.raw('select 1');
    },
  };
  const app = await createApp({ config, db, contract, operations, service, log, countRequest: rateLimit.count });
  const { host, port } = config;
  const serve: RequestListener = (req, res) => {
    // A caller who keeps the connection busy would keep a stopping server alive.
    if (stopping) res.setHeader('Connection', 'close');
    app(req, res);
  };
  const server = await listen(serve, { host, port, variable: 'PORT' }, log);
  const metricsServer =
    metricsPort === undefined
      ? undefined
      : await listen(
          onlyMetrics(contract.paths.getMetrics, metrics),
          { host, port: metricsPort, variable: 'METRICS_PORT' },
          log,
        );
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
      await Promise.all([stopListening(server), metricsServer && stopListening(metricsServer)]);
      await rateLimit.close();
      await closeDatabase();
    },
  };
}

/** For the port that has the metrics alone. */
function onlyMetrics(path: string, metrics: Metrics): RequestListener {
  return (req, res) => {
    if (req.url !== path || req.method !== 'GET') res.writeHead(404).end();
    else
      metrics.text().then(
        (text) => res.setHeader('Content-Type', metrics.contentType).end(text),
        (error) => res.destroy(error),
      );
  };
}
