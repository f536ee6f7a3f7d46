import { defineConfig } from 'vitest/config';

// What happens when things break: needs PostgreSQL's, PgBouncer's and nginx's binaries, and minutes. `npm run resilience` is
// the long form, `npm run test:resilience` the one for CI.
export default defineConfig({
  test: {
    include: ['test/resilience/**/*.test.ts'],
    globalSetup: 'test/resilience/support/global-setup.ts',
    maxWorkers: 1, // one breaks things, and measures, at a time
    // What hangs ends here. The time that anything may take is for the tests to say.
    testTimeout: process.env['RESILIENCE'] === 'long' ? 3_600_000 : 600_000,
    hookTimeout: 120_000,
  },
});
