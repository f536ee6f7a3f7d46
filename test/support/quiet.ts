// For servers whose log and metrics nobody looks at.
import { pino } from 'pino';
import type { Watch } from '../../src/http/listen.ts';

export const quiet: Watch = { log: pino({ enabled: false }), metrics: { unreadable: () => {} } };
