// The requests of one connection: a caller may send several without waiting for answers (RFC 9112, section 9.3.2).
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';

/** How many may wait for their answers. Browsers and proxies send one at a time. */
const mostWaiting = 10;

interface Pipeline {
  /** In the order in which they came: the first is served, the others are not yet. */
  waiting: Map<IncomingMessage, ServerResponse>;
  /** What to do when the requests that came in full have been answered. */
  whenAnswered: (() => void) | undefined;
}

const pipelines = new WeakMap<Duplex, Pipeline>();

/**
 * Serves one request of a connection at a time; a connection that brings too many is cut. Node begins all that it has read, and
 * keeps all their answers for a caller who does not read them: with megabytes of answers, a few callers would fill the memory.
 */
export function oneAtATime(serve: RequestListener, log: Logger): RequestListener {
  return (req, res) => {
    const { socket } = req;
    if (socket.destroyed) return;
    const pipeline = pipelines.get(socket) ?? { waiting: new Map(), whenAnswered: undefined };
    const { waiting } = pipeline;
    if (waiting.size === mostWaiting) {
      log.warn({ client: socket.remoteAddress }, 'too many requests on one connection');
      socket.destroy();
      return;
    }
    pipelines.set(socket, pipeline);
    waiting.set(req, res);
    res.once('close', () => {
      waiting.delete(req);
      if (pipeline.whenAnswered !== undefined && !isAnswering(socket)) return pipeline.whenAnswered();
      const [next] = waiting;
      if (next !== undefined && socket.writable) serve(next[0], next[1]);
    });
    if (waiting.size === 1) serve(req, res);
  };
}

/** Whether an answer is being written, or due to a request that came in full: what is written besides would be taken for one. */
export function isAnswering(socket: Duplex): boolean {
  return [...(pipelines.get(socket)?.waiting ?? [])].some(([req, res]) => req.complete || res.headersSent);
}

/** Does something as soon as there is no such answer any more. */
export function whenAnswered(socket: Duplex, act: () => void): void {
  const pipeline = pipelines.get(socket);
  if (pipeline !== undefined) pipeline.whenAnswered = act;
}
