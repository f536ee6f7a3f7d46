// Answers what never becomes a request to the app: too slow, too large, malformed, or asking for what is not offered.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { Problem, plainProblemType, problemBody } from '../problem.ts';
import { securityHeaders } from './answer.ts';
import { isAnswering, whenAnswered } from './pipeline.ts';

/** How long a caller may take to read why it is refused, in milliseconds. */
const timeout = 1_000;

/** By the code of Node's error, the status and what is said of it. */
const refusals: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers are more than 16 kB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
};
const unreadable: [status: number, detail: string] = [400, 'This is not a readable HTTP request.'];

/** For the `clientError` event of an HTTP server: a problem like any other, then the connection is closed. */
export function refuseUnreadable(log: Logger): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, detail] = refusals[String(error.code)] ?? unreadable;
    const answer = answerOf(status, detail);
    const { remoteAddress: client } = socket as Socket;
    log.warn({ request_id: answer.requestId, status, code: error.code, client }, 'unreadable request');
    if (isAnswering(socket)) whenAnswered(socket, () => endSoon(socket));
    else send(socket, status, answer);
  };
}

/** For the `connect` event: this server is no proxy (RFC 9110, section 9.3.6). Answers that are due come first. */
export function refuseTunnel(log: Logger): (req: IncomingMessage, socket: Duplex) => void {
  return (_req, socket) => {
    socket.on('error', () => {}); // a caller who leaves
    const status = 501;
    const answer = answerOf(status, 'This server makes no tunnels.');
    log.warn(
      { request_id: answer.requestId, status, client: (socket as Socket).remoteAddress },
      'request for a tunnel',
    );
    if (isAnswering(socket)) whenAnswered(socket, () => send(socket, status, answer));
    else send(socket, status, answer);
  };
}

/** For the `checkExpectation` event: only `100-continue` is met (RFC 9110, section 10.1.1). */
export function refuseExpectation(_req: IncomingMessage, res: ServerResponse): void {
  refuse(res, 417, 'The only expectation that is met is 100-continue.');
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
