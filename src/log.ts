// The log: JSON lines on standard error.
import { destination, type Logger, pino, stdSerializers } from 'pino';
import type { Config } from './config.ts';

/**
 * In production lines are written some at a time, at most 100 ms after they were logged: a system call for each would cost as
 * much as the line. What is left is written when the process exits.
 */
export function createLog({ production, logLevel }: Config): Logger {
  const some = { sync: false, minLength: 4_096, periodicFlush: 100 };
  return pino({ level: logLevel, serializers }, destination({ dest: 2, ...(production ? some : { sync: true }) }));
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
