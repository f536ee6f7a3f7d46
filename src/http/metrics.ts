// Prometheus metrics: requests by operation and status, and the process itself.
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** Counts one answered request. `operation` is an operationId, or `none` for what the contract does not describe. */
  observe(operation: string, status: number, seconds: number): void;
  /** All metrics in the text exposition format. */
  text(): Promise<string>;
  contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, in seconds.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return {
    observe: (operation, status, seconds) => duration.observe({ operation, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
