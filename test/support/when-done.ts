import { afterAll, onTestFinished, TestRunner } from 'vitest';

/** Runs when the test is over, or the file, if it is not within a test that this is called. */
export function whenDone(cleanUp: () => unknown): void {
  const register = TestRunner.getCurrentTest() ? onTestFinished : afterAll;
  register(async () => {
    await cleanUp();
  });
}
