// Starts and stops the server: settings, database, app, listen; and on a signal the same way back.
import type { RequestListener, Server } from 'node:http';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Contract, loadContract } from './contract/contract.ts';
import { createValidators } from './contract/validator.ts';
import { connect, type Database } from './database/connect.ts';
import { poolUse } from './database/pool.ts';
import { readinessProbe } from './database/readiness.ts';
import { startRetention } from './database/retention.ts';
import { securityHeaders } from './http/answer.ts';
import { exchangeOf } from './http/exchange.ts';
import { type Address, type Exchange, listen, stopListening, urlOf } from './http/listen.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { originForm, pathOf } from './http/target.ts';
import { refuse } from './http/unreadable.ts';
import { createLog } from './log.ts';
import { operations } from './operations.ts';
import { serviceUnavailable } from './problem.ts';
import { createPages } from './service/pages.ts';
import type { Service } from './service/service.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface RunningServer {
  /** `http://HOST:PORT` as it listens. */
  url: string;
  /** Where the metrics are, when they have a port of their own. */
  metricsUrl: string | undefined;
  /** Lets the running requests finish, and takes no new ones; once, however often it is called. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** A database in place of the one that the settings name. */
  database?: Database;
  /** A contract in place of `openapi.yaml`. */
  contract?: Contract;
  log?: Logger;
}

/** What ends something that was opened. */
type Close = () => unknown;

/** @throws Error with one line that says what stops the start; what was opened by then is closed. */
export async function start(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const opened: Close[] = [];
  try {
    return await open(config, options, opened);
  } catch (error) {
    await closeAll(opened).catch(() => {}); // why the start failed is what somebody has to know
    throw error;
  }
}

/** The last first: what was opened later needs what was opened before. @throws what the first threw that failed, after all. */
async function closeAll(opened: readonly Close[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of [...opened].reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function open(config: Config, options: StartOptions, opened: Close[]): Promise<RunningServer> {
  const { log = createLog(config), contract = loadContract() } = options;
  const tracing = await traced(config, contract, log);
  opened.push(() => tracing?.close());
  // Made while the database is opened. What is wrong with it is said after that: a folder is not to be left half made.
  const validators = createValidators(contract, { responses: config.validateResponses !== 'off' });
  validators.catch(() => {});
  const { db, close: closeDatabase } =
    options.database ?? (await connect(config.database, tracing?.watch, (message) => log.info(message)));
  opened.push(closeDatabase);
  const validatorOf = await validators;
  const rateLimit = await createRateLimit(config, log);
  opened.push(rateLimit.close);
  const metrics = createMetrics(() => poolUse(db));
  let stopping = false;
  const probe = readinessProbe(db);
  const service: Service = {
    contract,
    metrics,
    metricsHere: config.metricsPort === undefined,
    pages: createPages(contract),
    assertReady: async () => {
      if (stopping) throw serviceUnavailable();
      const reason = await probe();
      if (reason !== undefined) throw serviceUnavailable(reason);
    },
  };
  const countRequest = rateLimit.count;
  const app = await createApp({ config, db, contract, validatorOf, operations, service, log, countRequest, tracing });
  const serve: RequestListener = (req, res) => {
    // A caller who keeps the connection busy would keep a stopping server alive. And what comes after a request for another
    // protocol (RFC 9110, section 7.8) is not read as HTTP.
    if (stopping || req.headers.upgrade !== undefined) res.setHeader('Connection', 'close');
    req.url = originForm(req.url as string); // every request has one
    app(req, res);
  };
  const servers: Server[] = [];
  opened.push(() => Promise.all(servers.map(stopListening)));
  const listenAt = async (listener: RequestListener, address: Address, exchange?: Exchange) => {
    const server = await listen(listener, address, { log, metrics }, exchange);
    servers.push(server);
    return urlOf(server);
  };
  const { host, port, metricsPort } = config;
  // The requests last: nobody is served by a start that fails.
  const metricsUrl =
    metricsPort === undefined
      ? undefined
      : await listenAt(onlyMetrics(contract.paths.getMetrics, metrics), {
          host,
          port: metricsPort,
          variable: 'METRICS_PORT',
        });
  const url = await listenAt(serve, { host, port, variable: 'PORT' }, exchangeOf(app));
  opened.push(startRetention(db, log));
  const level = config.production ? 'info' : 'debug'; // on a terminal, what is printed says it better
  log[level]({ url, metrics_url: metricsUrl, version: contract.document.info.version }, 'listening');

  const stopOnce = async () => {
    stopping = true;
    log[level]('stopping');
    await closeAll(opened);
    log[level]('stopped');
  };
  let stopped: Promise<void> | undefined;
  return {
    url,
    metricsUrl,
    stop() {
      stopped ??= stopOnce();
      return stopped;
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
    const { method = '' } = req;
    if (pathOf(originForm(req.url as string)) !== path) refuse(res, 404, 'There is nothing at this address.');
    else if (!['GET', 'HEAD'].includes(method)) {
      refuse(res, 405, `${method} is not a method of this address.`, { Allow: 'GET, HEAD' });
    } else
      metrics.text().then(
        (text) => res.writeHead(200, { ...securityHeaders, 'Content-Type': metrics.contentType }).end(text),
        (error) => res.destroy(error),
      );
  };
}
