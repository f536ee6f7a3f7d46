// Starts and stops the server: settings, database, app, listen; and on a signal the same way back.
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Contract, loadContract } from './contract/contract.ts';
import { createValidators } from './contract/validator.ts';
import { connect, type Database } from './database/connect.ts';
import { isCurrent } from './database/migrate.ts';
import { poolUse } from './database/pool.ts';
import { keepForgetting } from './database/retention.ts';
import { exchangeOf } from './http/exchange.ts';
import { listen, stopListening, urlOf } from './http/listen.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { serviceUnavailable } from './http/problem.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createLog } from './log.ts';
import { operations } from './operations.ts';
import { createPages } from './service/pages.ts';
import type { Service } from './service/service.ts';
import type { Tracing } from './tracing/tracing.ts';

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
  const { log = createLog(config), contract = loadContract() } = options;
  const tracing = await traced(config, contract, log);
  // Made while the database is opened. What is wrong with it is said after that: a folder is not to be left half made.
  const validators = createValidators(contract, { responses: config.validateResponses !== 'off' });
  validators.catch(() => {});
  const { db, close: closeDatabase } = options.database ?? (await connect(config.database, tracing?.watch));
  const validatorOf = await validators;
  const rateLimit = await createRateLimit(config, log);
  const metrics = createMetrics(() => poolUse(db));
  const metricsPort = config.production ? config.metricsPort : undefined;
  let stopping = false;
  const service: Service = {
    contract,
    metrics,
    metricsHere: metricsPort === undefined,
    pages: createPages(contract),
    assertReady: async () => {
      if (stopping || !(await isCurrent(db))) throw serviceUnavailable();
    },
  };
  const countRequest = rateLimit.count;
  const app = await createApp({ config, db, contract, validatorOf, operations, service, log, countRequest, tracing });
  const { host, port } = config;
  const serve: RequestListener = (req, res) => {
    // A caller who keeps the connection busy would keep a stopping server alive.
    if (stopping) res.setHeader('Connection', 'close');
    app(req, res);
  };
  const server = await listen(serve, { host, port, variable: 'PORT' }, log, exchangeOf(app));
  const metricsServer =
    metricsPort === undefined
      ? undefined
      : await listen(
          onlyMetrics(contract.paths.getMetrics, metrics),
          { host, port: metricsPort, variable: 'METRICS_PORT' },
          log,
        );
  const stopForgetting = keepForgetting(db, log);

  return {
    url: urlOf(server),
    metricsUrl: metricsServer && urlOf(metricsServer),
    async stop() {
      stopping = true;
      stopForgetting();
      await Promise.all([stopListening(server), metricsServer && stopListening(metricsServer)]);
      rateLimit.close();
      await closeDatabase();
      await tracing?.close();
    },
  };
}

/** OpenTelemetry costs time and memory to load: it is not, unless the settings ask for it. */
async function traced({ tracing }: Config, contract: Contract, log: Logger): Promise<Tracing | undefined> {
  if (tracing === undefined) return undefined;
  const { startTracing } = await import('./tracing/tracing.ts');
  return startTracing(tracing, contract, log);
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
