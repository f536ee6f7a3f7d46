// What the operations without a user need: the service as it sees itself.
import type { Contract } from '../contract/contract.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Pages } from './pages.ts';

export interface Service {
  contract: Contract;
  pages: Pages;
  metrics: Metrics;
  /** Whether the metrics are served here too, and not only on a port of their own. */
  metricsHere: boolean;
  /** @throws Problem 503 when the database does not answer or lacks a migration, or the server is stopping. */
  assertReady(): Promise<void>;
}
