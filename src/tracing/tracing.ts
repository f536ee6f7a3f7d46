// Traces requests and their statements with OpenTelemetry. This module brings all of it along: import it when it is wanted.
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Contract } from '../contract/contract.ts';
import type { Watch } from '../database/statements.ts';
import type { TracingSettings } from './settings.ts';
import { requestSpans, statementSpans } from './spans.ts';

export interface Tracing {
  /** Gives each request a span, as part of the caller's trace if it names one. */
  request: RequestHandler;
  /** Gives a statement a span within that of its request. */
  watch: Watch;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

/** How long stopping waits for the collector, in milliseconds. */
const timeout = 2_000;

export function startTracing(settings: TracingSettings, contract: Contract, log: Logger): Tracing {
  const { protocol, continued, variables } = settings;
  Object.assign(process.env, variables);
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
  const provider = new NodeTracerProvider({
    resource: describeService(contract),
    spanProcessors: [new BatchSpanProcessor(complainingOnce(exporter, log))],
  });
  provider.register(continued ? {} : { propagator: null }); // by default it reads `traceparent`
  const tracer = provider.getTracer('deed');
  return {
    request: requestSpans(tracer, contract),
    watch: statementSpans(tracer),
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, timeout).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]); // a failure has been logged
    },
  };
}

/** What the service is called, unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` say something else. */
function describeService({ document }: Contract) {
  const own = resourceFromAttributes({ 'service.name': 'deed', 'service.version': document.info.version });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

/** A collector that is away costs its spans and one line in the log, not a line for each attempt. */
function complainingOnce(exporter: SpanExporter, log: Logger): SpanExporter {
  let away = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== 0;
        if (failed && !away) log.error({ err: result.error }, 'the collector of traces is away: spans are lost');
        away = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
