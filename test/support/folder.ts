import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenDone } from './when-done.ts';

/** An empty folder of one's own, which goes when the test is over, or the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deed-test-'));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
