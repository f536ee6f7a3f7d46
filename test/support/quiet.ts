// For servers whose log and metrics nobody looks at.
import { pino } from 'pino';
import type { Observers } from '../../src/http/listen.ts';

export const quiet: Observers = { log: pino({ enabled: false }), metrics: { unreadable: () => {} } };
