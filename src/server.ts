// Starts and stops the server: settings, database, app, listen; and on a signal the same way back.
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Contract, loadContract } from './contract/contract.ts';
import { createValidators } from './contract/validator.ts';
import { connect, type Database } from './database/connect.ts';
import { poolUse } from './database/pool.ts';
import { readinessProbe } from './database/readiness.ts';
import { startRetention } from './database/retention.ts';
import { listenAll, type State } from './http/listeners.ts';
import { createMetrics } from './http/metrics.ts';
import { createRateLimit } from './http/rate-limit.ts';
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
  const state: State = { stopping: false };
  const tracing = await traced(config, contract, log);
  opened.push(() => tracing?.close());
  // Made while the database is opened. What is wrong with it is said after that: a folder is not to be left half made.
  const validators = createValidators(contract, { responses: config.validateResponses !== 'off' });
  validators.catch(() => {});
  const { db, close: closeDatabase } =
    options.database ?? (await connect(config.database, tracing?.watch, (message) => log.info(message)));
  opened.push(closeDatabase);
  const validatorOf = await validators;
  const { count: countRequest, close: closeRateLimit } = await createRateLimit(config, log);
  opened.push(closeRateLimit);
  const service = createService(config, { contract, db, state });
  const app = await createApp({ config, db, contract, validatorOf, operations, service, log, countRequest, tracing });
  const listeners = { config, app, metrics: service.metrics, metricsPath: contract.paths.getMetrics, log, state };
  const urls = await listenAll(listeners, opened);
  opened.push(startRetention(db, log));
  const level = config.production ? 'info' : 'debug'; // on a terminal, what is printed says it better
  log[level]({ url: urls.url, metrics_url: urls.metricsUrl, version: contract.document.info.version }, 'listening');

  let stopped: Promise<void> | undefined;
  const stopOnce = async () => {
    state.stopping = true;
    log[level]('stopping');
    await closeAll(opened);
    log[level]('stopped');
  };
  return {
    ...urls,
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

/** What the operations of the service itself are made of. */
function createService(
  { metricsPort }: Config,
  { contract, db, state }: { contract: Contract; db: Knex; state: State },
): Service {
  const probe = readinessProbe(db);
  return {
    contract,
    metrics: createMetrics(() => poolUse(db)),
    metricsHere: metricsPort === undefined,
    pages: createPages(contract),
    assertReady: async () => {
      if (state.stopping) throw serviceUnavailable();
      const reason = await probe();
      if (reason !== undefined) throw serviceUnavailable(reason);
    },
  };
}
