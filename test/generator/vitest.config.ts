import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The file that takes longest comes first: at the end, one worker would be alone with it for minutes. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith('/matrix.test.ts');
    const [longest, others] = [files.filter(isLongest), files.filter((file) => !isLongest(file))];
    return [...longest, ...(await super.sort(others))];
  }
}

// The generator makes projects and runs their checks, which takes minutes. `npm run test:generator`; with DATABASE_URL on
// PostgreSQL.
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
