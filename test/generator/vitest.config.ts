import { defineConfig } from 'vitest/config';

// The generator makes projects and runs their checks, which takes minutes. `npm run test:generator`; with DATABASE_URL on
// PostgreSQL.
export default defineConfig({
  test: {
    include: ['test/generator/**/*.test.ts'],
    exclude: process.env['DATABASE_URL'] === undefined ? ['test/generator/postgres/**'] : [],
    globalSetup: 'test/support/global-setup.ts',
    maxWorkers: 2, // by default one core of a small machine would stay idle
    testTimeout: 1_200_000, // whole suites run within one test
    hookTimeout: 600_000,
  },
});
