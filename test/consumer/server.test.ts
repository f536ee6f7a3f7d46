// The server answers a front end as the contract says; and a second opinion agrees: Prism's, which sees every answer.
import { startProxy } from '../support/prism.ts';
import { startServers } from './conditions.ts';
import { consumerSuite } from './suite.ts';

const servers = await startServers();
const [healthy, strict, limited, broken, unreachable] = await Promise.all([
  startProxy(servers.healthy),
  startProxy(servers.strict),
  startProxy(servers.limited),
  startProxy(servers.broken),
  startProxy(servers.unreachable),
]);

consumerSuite('the server', servers);
consumerSuite('the server behind a proxy', { healthy, strict, limited, broken, unreachable }, { proxied: true });
