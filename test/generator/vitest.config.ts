import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The generator makes projects and runs their checks, which takes minutes. `npm run test:generator`; with DATABASE_URL on
// PostgreSQL.
/** The matrix takes minutes. Begun last, it would leave the other worker idle for all of them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isMatrix = ({ moduleId }: TestSpecification) => moduleId.endsWith('/matrix.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isMatrix), ...sorted.filter((file) => !isMatrix(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/generator/**/*.test.ts'],
    exclude: process.env['DATABASE_URL'] === undefined ? ['test/generator/postgres/**'] : [],
    globalSetup: 'test/support/global-setup.ts',
    sequence: { sequencer: LongestFirst },
    maxWorkers: 2, // by default one core of a small machine would stay idle
    testTimeout: 1_200_000, // whole suites run within one test
    hookTimeout: 600_000,
  },
});
