// The mock answers a front end as the contract says.
import { startMock } from '../support/prism.ts';
import { consumerSuite } from './suite.ts';

const url = await startMock();

consumerSuite('the mock', { healthy: url, strict: url, limited: url, broken: url, unreachable: url });
