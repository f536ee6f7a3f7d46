import { defineConfig } from 'vitest/config';

// With DATABASE_URL the suite runs on that PostgreSQL server, in databases of its own; without, on the embedded database.
const onPostgres = process.env['DATABASE_URL'] !== undefined;

// The browser tests want Chromium and their time, those of the README's commands and of whole processes (starts, crashes, traces)
// theirs. In CI none is left out: there the first fail without Chromium.
const everything = Boolean(process.env['CI']);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/resilience/**', // has a configuration of its own
      'test/deploy/**', // so has this
      'test/generator/**', // and this
      ...(onPostgres ? [] : ['test/postgres/**']),
      ...(everything ? [] : ['test/browser/**', 'test/{process,readme,start-up,tracing}.test.ts']),
    ],
    globalSetup: 'test/support/global-setup.ts',
    isolate: false, // the server is loaded once by each worker, not once more for every file
    maxWorkers: 2, // by default one core of a small machine would stay idle
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      include: ['src/**/*.ts'],
      exclude: [
        'src/generated/**',
        'src/main.ts',
        // The generator, how it reads a contract, and what its migrations call: `npm run test:generator` goes through these.
        'src/cli/**',
        'src/contract/{located,properties,shape}.ts',
        'src/contract/resources/**',
        'src/database/live/**',
      ],
      thresholds: { lines: 95, branches: 95 },
      reporter: ['text', 'json-summary'],
    },
  },
});
