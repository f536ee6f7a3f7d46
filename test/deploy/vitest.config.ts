import { defineConfig } from 'vitest/config';

// What is deployed, and where: the image is built (without Docker) and run, which takes a minute or two, PostgreSQL (at
// DATABASE_URL) and PgBouncer's binary. `npm run test:deploy`.
export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
