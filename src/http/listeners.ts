// Where the server listens: for all requests, and for those of the metrics alone, if they have a port of their own.
import type { RequestListener, Server } from 'node:http';
import type { Express } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { securityHeaders } from './answer.ts';
import { exchangeOf } from './exchange.ts';
import { type Address, type Exchange, listen, stopListening, urlOf } from './listen.ts';
import type { Metrics } from './metrics.ts';
import { originForm, pathOf } from './target.ts';
import { refuse } from './unreadable.ts';

/** Whether the server is on its way down: it says that it is not ready, and lets connections end. */
export interface State {
  stopping: boolean;
}

interface Listeners {
  config: Config;
  app: Express;
  metrics: Metrics;
  /** Where they are. */
  metricsPath: string;
  log: Logger;
  state: State;
}

/**
 * Requests come last: nobody is served by a start that fails. `opened` gets what ends it all.
 * @throws Error with one line that names the variable, when nobody can listen at one of them.
 */
export async function listenAll(
  { config: { host, port, metricsPort }, app, metrics, metricsPath, log, state }: Listeners,
  opened: (() => unknown)[],
): Promise<{ url: string; metricsUrl: string | undefined }> {
  const servers: Server[] = [];
  opened.push(() => Promise.all(servers.map(stopListening)));
  const listenAt = async (listener: RequestListener, address: Address, exchange?: Exchange) => {
    const server = await listen(listener, address, { log, metrics }, exchange);
    servers.push(server);
    return urlOf(server);
  };
  const serve: RequestListener = (req, res) => {
    // A caller who keeps the connection busy would keep a stopping server alive. And what comes after a request for another
    // protocol (RFC 9110, section 7.8) is not read as HTTP.
    if (state.stopping || req.headers.upgrade !== undefined) res.setHeader('Connection', 'close');
    req.url = originForm(req.url as string); // every request has one
    app(req, res);
  };
  const metricsUrl =
    metricsPort === undefined
      ? undefined
      : await listenAt(onlyMetrics(metricsPath, metrics), {
          host,
          port: metricsPort,
          variable: 'METRICS_PORT',
        });
  return { metricsUrl, url: await listenAt(serve, { host, port, variable: 'PORT' }, exchangeOf(app)) };
}

/** For the port that has the metrics alone; `path` is where they are. */
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
