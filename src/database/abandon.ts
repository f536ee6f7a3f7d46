// Gives up a connection that waits for an answer: the server is asked to stop what it is doing, then the connection ends.
import type { EventEmitter } from 'node:events';
import pg from 'pg';

/** What pg's client has and its types leave out: where it is connected to, and what its server process is known by. */
interface Connected {
  host: string;
  port: number;
  ssl: pg.ConnectionConfig['ssl'];
  processID: number;
  secretKey: number;
  end(): Promise<void>;
}

/** What pg's connection has and its types leave out. */
interface Messenger extends EventEmitter {
  stream: { destroy(): void };
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/** How long the request to stop may take, in milliseconds. */
const patience = 1_000;

/**
 * A server does not notice that nobody waits any longer: it would go on waiting for a lock and then do what was given up, and
 * under load such statements would use up its connections. A request to stop takes a connection of its own (PostgreSQL,
 * "Canceling Requests in Progress"); what is given up ends after it, because a pooler knows it no more by then.
 */
export function abandon(client: pg.Client): void {
  const { host, port, ssl, processID, secretKey, end } = client as unknown as Connected;
  const messenger = new pg.Connection({ ...(ssl !== undefined && { ssl }) }) as unknown as Messenger;
  const cancel = () => messenger.cancel(processID, secretKey);
  const timer = setTimeout(() => messenger.stream.destroy(), patience);
  messenger.on('error', () => {}); // the connection ends either way
  messenger.once('connect', ssl ? () => messenger.requestSsl() : cancel);
  messenger.once('sslconnect', cancel);
  messenger.once('end', () => {
    clearTimeout(timer);
    end.call(client).catch(() => {});
  });
  messenger.connect(port, host);
}
