// The log: JSON lines on standard error.
import { destination, type Logger, pino, stdSerializers } from 'pino';
import type { Config } from './config.ts';

/**
 * In production lines are written some at a time, at most 100 ms after they were logged: a system call for each would cost as
 * much as the line. What is left is written when the process exits.
 */
export function createLog({ production, logLevel }: Config): Logger {
  const some = { sync: false, minLength: 4_096, periodicFlush: 100 };
  const stream = destination({ dest: 2, maxLength: longest, ...(production ? some : { sync: true }) });
  const log = pino({ level: logLevel, serializers }, stream);
  outliveFullDisk(stream, log);
  return log;
}

/** How much waits to be written, in bytes. What is more is lost: a disk that takes no lines is not to fill the memory. */
const longest = 1_000_000;

/**
 * Requests are served whether or not somebody can write that down. As soon as lines are taken again, one says how many were lost.
 * Until then nothing is written at the exit: it would be tried for ever.
 */
function outliveFullDisk(stream: ReturnType<typeof destination>, log: Logger): void {
  const { flushSync } = stream;
  let lost = 0;
  stream.on('error', () => {
    stream.flushSync = () => {};
  });
  stream.on('drop', () => {
    lost += 1;
  });
  stream.on('write', () => {
    stream.flushSync = flushSync;
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    log.error({ lines }, 'lines of the log were lost');
  });
}

/** What is told of an error. PostgreSQL's `detail` and `where` quote the row that was refused, and that is its owner's. */
const told = [
  'type',
  'message',
  'stack',
  'aggregateErrors',
  'code',
  'syscall',
  'address',
  'port',
  'table',
  'constraint',
];

export const serializers = {
  err(error: Error): object {
    const all = Object.entries(stdSerializers.err(error));
    return Object.fromEntries(all.filter(([name]) => told.includes(name)));
  },
};
