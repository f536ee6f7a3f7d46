// Refuses what two readers of one connection could understand differently: where a message ends must be beyond doubt.
import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.ts';

const close = { headers: { Connection: 'close' } };

/** @throws Problem 400, with which the connection ends. */
export function assertFraming({ httpVersion, headers }: IncomingMessage): void {
  if (!httpVersion.startsWith('1.')) throw new Problem('BadRequest', 'The request must be of HTTP/1.1 or 1.0.', close);
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && httpVersion !== '1.1') {
    throw new Problem('BadRequest', 'A request of HTTP/1.0 has no Transfer-Encoding.', close); // RFC 9112, section 6.1
  }
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    throw new Problem('BadRequest', 'The only Transfer-Encoding that is understood is chunked.', close); // RFC 9112, section 6.1
  }
}
