// Whether and how requests are traced, read from the variables that OpenTelemetry's specification names.
import { ConfigError, type Environment, type Reader, reader } from '../environment.ts';

const protocols = ['http/protobuf', 'http/json'] as const;

const samplers = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;

/** The least that each may be, in milliseconds or spans. */
const least = {
  OTEL_BSP_SCHEDULE_DELAY: 0,
  OTEL_BSP_EXPORT_TIMEOUT: 1,
  OTEL_BSP_MAX_QUEUE_SIZE: 1,
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: 1,
  OTEL_EXPORTER_OTLP_TIMEOUT: 1,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 1,
};

export interface TracingSettings {
  protocol: (typeof protocols)[number];
  /** Whether a request becomes part of the trace that its caller names. */
  continued: boolean;
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
  assertSensible(env);
  const overall = env.choice('OTEL_EXPORTER_OTLP_PROTOCOL', protocols, 'http/protobuf');
  return {
    protocol: env.choice('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', protocols, overall),
    continued: readPropagators(env),
    variables: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) =>
        name.startsWith('OTEL_') && value !== undefined ? [[name, value]] : [],
      ),
    ),
  };
}

/** Whether `tracecontext` is among them. `baggage` is fine as well, and makes no difference: nothing here reads or sends any. */
function readPropagators(env: Reader): boolean {
  const named = (env.text('OTEL_PROPAGATORS') ?? 'tracecontext,baggage').split(',').map((name) => name.trim());
  for (const name of named) {
    if (!['tracecontext', 'baggage', 'none'].includes(name))
      throw new ConfigError(`OTEL_PROPAGATORS must be some of tracecontext, baggage, none, not "${name}"`);
  }
  return named.includes('tracecontext') && !named.includes('none');
}

/** The SDK goes on without a word, with the default, where a value does not make sense: it would sample everything. */
function assertSensible(env: Reader): void {
  env.choice('OTEL_TRACES_SAMPLER', samplers, 'parentbased_always_on');
  const ratio = env.text('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  if (!(Number(ratio) >= 0 && Number(ratio) <= 1))
    throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "${ratio}"`);
  for (const [name, min] of Object.entries(least)) env.integer(name, 1, min, 999_999_999);
  for (const name of ['OTEL_EXPORTER_OTLP_COMPRESSION', 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION'])
    env.choice(name, ['none', 'gzip'], 'none');
}
