// Listens on a free port, says so, and ends on a signal: an orderly end is what a CPU profile is written at.
import type { Server } from 'node:http';

export function serve(server: Server): void {
  server.keepAliveTimeout = 65_000; // as Deed's: nobody is to lose connections that another keeps
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') {
      process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
    }
  });
  process.once('SIGTERM', () => process.exit(0));
}
