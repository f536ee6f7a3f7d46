// Answers what never becomes a request to the app: too slow, too large, malformed, or asking for what is not offered.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { Problem, plainProblemType, problemBody } from '../problem.ts';
import { securityHeaders } from './answer.ts';
import type { Metrics } from './metrics.ts';
import { isAnswering, whenAnswered } from './pipeline.ts';

/** How long a caller may take to read why it is refused, in milliseconds. */
const timeout = 1_000;

/** By the code of Node's error, the status and what is said of it. */
const refusals: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers are more than 16 kB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
};
const unreadable: [status: number, detail: string] = [400, 'This is not a readable HTTP request.'];

/** What to do at the events of an HTTP server that bring no request for an app. Each is logged and counted. */
export function refusalsOf(log: Logger, metrics: Pick<Metrics, 'unreadable'>) {
  const answer = (
    status: number,
    detail: string,
    message: string,
    { remoteAddress: client }: Socket,
    code?: string,
  ) => {
    const refusal = answerOf(status, detail);
    log.warn({ request_id: refusal.requestId, status, code, client }, message);
    metrics.unreadable(status);
    return refusal;
  };
  return {
    /** For `clientError`: a problem like any other, then the connection is closed. */
    unreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
      }
      const [status, detail] = refusals[String(error.code)] ?? unreadable;
      const refusal = answer(status, detail, 'unreadable request', socket as Socket, error.code);
      if (isAnswering(socket)) whenAnswered(socket, () => endSoon(socket));
      else send(socket, status, refusal);
    },
    /** For `connect`: this server is no proxy (RFC 9110, section 9.3.6). Answers that are due come first. */
    tunnel(_req: IncomingMessage, socket: Duplex): void {
      socket.on('error', () => {}); // a caller who leaves
      const status = 501;
      const refusal = answer(status, 'This server makes no tunnels.', 'request for a tunnel', socket as Socket);
      if (isAnswering(socket)) whenAnswered(socket, () => send(socket, status, refusal));
      else send(socket, status, refusal);
    },
    /** For `checkExpectation`: only `100-continue` is met (RFC 9110, section 10.1.1). */
    expectation({ socket }: IncomingMessage, res: ServerResponse): void {
      const status = 417;
      const detail = 'The only expectation that is met is 100-continue.';
      const { headers, body } = answer(status, detail, 'request with an expectation', socket);
      res.writeHead(status, headers).end(body);
    },
  };
}

/** Answers a request with a problem, and closes the connection. */
export function refuse(res: ServerResponse, status: number, detail: string, more: Record<string, string> = {}): void {
  const { headers, body } = answerOf(status, detail);
  res.writeHead(status, { ...headers, ...more }).end(body);
}

function send(socket: Duplex, status: number, { headers, body }: ReturnType<typeof answerOf>): void {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  endSoon(socket, [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', body].join('\r\n'));
}

/** Destroyed at once, what it has still to send would make the system take the answer back; and it may never end. */
function endSoon(socket: Duplex, last = ''): void {
  socket.end(last);
  setTimeout(() => socket.destroy(), timeout).unref();
}

function answerOf(status: number, detail: string) {
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(plainProblemType(status), new Problem(status, detail), requestId));
  const headers = {
    ...securityHeaders,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  return { headers, body, requestId };
}
