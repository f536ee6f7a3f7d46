// The requests of one connection that wait for their answers: a caller may send several without waiting (RFC 9112, section 9.3.2).
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';

/** Node begins all that it has read of a connection, however many requests that are. Browsers and proxies send one at a time. */
const mostWaiting = 10;

interface Pipeline {
  waiting: Set<IncomingMessage>;
  /** What to do when the requests that came in full have been answered. */
  whenAnswered: (() => void) | undefined;
}

const pipelines = new WeakMap<Duplex, Pipeline>();

/** Serves so many requests of a connection at a time; a connection that brings more is cut. */
export function boundedPipeline(serve: RequestListener, log: Logger): RequestListener {
  return (req, res) => {
    const { socket } = req;
    if (socket.destroyed) return;
    const pipeline = pipelines.get(socket) ?? { waiting: new Set(), whenAnswered: undefined };
    if (pipeline.waiting.size === mostWaiting) {
      log.warn({ client: socket.remoteAddress }, 'too many requests on one connection');
      socket.destroy();
      return;
    }
    pipelines.set(socket, pipeline);
    pipeline.waiting.add(req);
    res.once('close', () => {
      pipeline.waiting.delete(req);
      if (pipeline.whenAnswered !== undefined && !isAnswering(socket)) pipeline.whenAnswered();
    });
    serve(req, res);
  };
}

/** Whether requests that came in full still wait for their answers: what is written besides would be taken for one of these. */
export function isAnswering(socket: Duplex): boolean {
  return [...(pipelines.get(socket)?.waiting ?? [])].some(({ complete }) => complete);
}

/** Does something as soon as no such request waits any more. */
export function whenAnswered(socket: Duplex, act: () => void): void {
  const pipeline = pipelines.get(socket);
  if (pipeline !== undefined) pipeline.whenAnswered = act;
}
