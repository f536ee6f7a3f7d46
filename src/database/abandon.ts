// Gives up a connection that waits for an answer: the server is asked to stop what it is doing, then the connection ends.
import type { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import pg from 'pg';

/** What pg's client has and its types leave out: where it is connected to, and what its server process is known by. */
interface Connected {
  host: string;
  port: number;
  ssl: pg.ConnectionConfig['ssl'];
  processID: number;
  secretKey: number;
}

/** What pg's connection has and its types leave out. */
interface Messenger extends EventEmitter {
  stream: { destroy(): void };
  connect(...address: [port: number, host: string] | [socket: string]): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/** How long the request to stop may take, in milliseconds. */
const timeout = 1_000;

/**
 * A server does not notice that nobody waits any longer: it would go on waiting for a lock and then do what was given up, and
 * under load such statements would use up its connections. A request to stop takes a connection of its own (PostgreSQL,
 * "Canceling Requests in Progress"). What is given up is to end after it, because a pooler knows it no more by then: whoever
 * would end it waits for this.
 */
export async function abandon(client: pg.Client): Promise<void> {
  await requestCancel(client as unknown as Connected);
  await client.end().catch(() => {});
}

/** Resolves when the server has taken the request, or cannot be reached in time. */
function requestCancel({ host, port, ssl, processID, secretKey }: Connected): Promise<void> {
  const options = { stream: () => new Socket(), ...(ssl !== undefined && { ssl }) };
  const messenger = new pg.Connection(options) as unknown as Messenger;
  const cancel = () => messenger.cancel(processID, secretKey);
  return new Promise((resolve) => {
    const timer = setTimeout(() => messenger.stream.destroy(), timeout);
    messenger.on('error', () => {}); // it ends all the same
    messenger.once('connect', ssl ? () => messenger.requestSsl() : cancel);
    messenger.once('sslconnect', cancel);
    messenger.once('end', () => {
      clearTimeout(timer);
      resolve();
    });
    // A host that is a path is the folder of a Unix socket (PostgreSQL, "Parameter Key Words").
    if (host.startsWith('/')) messenger.connect(`${host}/.s.PGSQL.${port}`);
    else messenger.connect(port, host);
  });
}
