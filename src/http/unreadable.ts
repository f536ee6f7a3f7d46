// Answers what never becomes a request: too slow, too large, malformed, or expecting what is not offered.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { Problem, plainProblemType, problemBody } from './problem.ts';

/** How long a caller may take to read why it is refused, in milliseconds. */
const patience = 1_000;

const statuses: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** For the `clientError` event of an HTTP server: a problem like any other, then the connection is closed. */
export function refuseUnreadable(log: Logger): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statuses[String(error.code)] ?? 400;
    const { headers, body, requestId } = answer(status, 'This is not a readable HTTP request.');
    log.warn({ request_id: requestId, status, code: error.code }, 'unreadable request');
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', body].join('\r\n'));
    // Destroyed at once, what it has still to send would make the system take the answer back; and it may never end.
    setTimeout(() => socket.destroy(), patience).unref();
  };
}

/** For the `checkExpectation` event: only `100-continue` is met (RFC 9110, section 10.1.1). */
export function refuseExpectation(_req: IncomingMessage, res: ServerResponse): void {
  const { headers, body } = answer(417, 'The only expectation that is met is 100-continue.');
  res.writeHead(417, headers).end(body);
}

function answer(status: number, detail: string) {
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(plainProblemType(status), new Problem(status, detail), requestId));
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  return { headers, body, requestId };
}
