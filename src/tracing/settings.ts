// Whether and how requests are traced, read from the variables that OpenTelemetry's specification names.
import { type Environment, reader } from '../environment.ts';

const protocols = ['http/protobuf', 'http/json'] as const;

export interface TracingSettings {
  protocol: (typeof protocols)[number];
  /** All of the standard's variables, those of a `.env` file included: the SDK has its own way to read them. */
  variables: Record<string, string>;
}

/**
 * Undefined when nothing asks for traces. The standard would send them to this machine without being asked.
 * @throws ConfigError for a value that does not make sense.
 */
export function readTracing(environment: Environment): TracingSettings | undefined {
  const env = reader(environment);
  const disabled = env.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
  const asked = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_EXPORTER'];
  if (disabled || asked.every((name) => env.text(name) === undefined)) return undefined;
  if (env.choice('OTEL_TRACES_EXPORTER', ['otlp', 'none'], 'otlp') === 'none') return undefined;
  for (const name of asked.slice(0, 2)) env.url(name, ['http:', 'https:']);
  const overall = env.choice('OTEL_EXPORTER_OTLP_PROTOCOL', protocols, 'http/protobuf');
  return {
    protocol: env.choice('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', protocols, overall),
    variables: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) =>
        name.startsWith('OTEL_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
  };
}
