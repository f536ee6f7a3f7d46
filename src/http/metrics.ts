// Prometheus metrics: requests by operation and status, the database's connections, and the process with its event loop.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PoolUse } from '../database/pool.ts';

export interface Metrics {
  /**
   * Counts one request. `operation` is an operationId, or `none` for what the contract does not describe; `status` is undefined
   * when the caller left before it was answered.
   */
  observe(operation: string, status: number | undefined, seconds: number): void;
  /** Counts what never became a request: it has no operation, and no time at which it began. */
  unreadable(status: number): void;
  /** All metrics in the text exposition format. */
  text(): Promise<string>;
  contentType: string;
}

/** `pool` is asked whenever the metrics are. */
export function createMetrics(pool: () => PoolUse): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, in seconds.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'http_requests_unreadable_total',
    help: 'What was refused before it was a request: malformed, too large, too slow, or for a tunnel.',
    labelNames: ['status'],
    registers: [registry],
  });
  watchPool(registry, pool);
  const series = new Map<string, ReturnType<typeof duration.labels>>();
  return {
    observe: (operation, status, seconds) => {
      const label = status === undefined ? 'aborted' : String(status);
      const name = `${operation} ${label}`;
      const one = series.get(name) ?? duration.labels(operation, label);
      series.set(name, one);
      one.observe(seconds);
    },
    unreadable: (status) => refused.inc({ status }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function watchPool(registry: Registry, pool: () => PoolUse): void {
  const registers = [registry];
  new Gauge({
    name: 'database_connections',
    help: 'Connections to the database, by what they do.',
    labelNames: ['state'],
    registers,
    collect() {
      const { inUse, idle } = pool();
      this.set({ state: 'in_use' }, inUse);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'database_connections_max',
    help: 'As many connections to the database as there may be.',
    registers,
    collect() {
      this.set(pool().max);
    },
  });
  new Gauge({
    name: 'database_connection_waiters',
    help: 'Statements, batches of reads and transactions that wait for a connection to the database.',
    registers,
    collect() {
      this.set(pool().waiting);
    },
  });
}
