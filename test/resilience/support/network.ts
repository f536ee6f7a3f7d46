// A network between the server and its database that can go silent: nothing arrives any more, and nobody is told.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Network {
  /** The same database, through it. */
  through(url: string): string;
  /** From now on nothing is forwarded; new connections are accepted, and get no answer either. */
  silence(): void;
  /** What was silenced is lost, new connections work. */
  heal(): void;
  close(): void;
}

export async function startNetwork(port: number): Promise<Network> {
  const sockets = new Set<Socket>();
  let silent = false;
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    return socket;
  };
  const server = createServer({ allowHalfOpen: false }, (near) => {
    keep(near);
    if (silent) return;
    const far = keep(connect(port, '127.0.0.1'));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo; // it listens on a port
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    through(url) {
      const other = new URL(url);
      other.port = String(own);
      return other.href;
    },
    silence() {
      silent = true;
      for (const socket of sockets) socket.unpipe().pause().removeAllListeners('close');
    },
    heal() {
      silent = false;
      destroyAll();
      sockets.clear();
    },
    close() {
      server.close();
      destroyAll();
    },
  };
}
