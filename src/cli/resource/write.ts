// Writes some files, or none of them: each is put in its place only when all are ready, and taken away again when one fails.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';

export interface PlannedFile {
  path: string;
  /** What is there; undefined when nothing is. */
  before: string | undefined;
  text: string;
}

/** @throws Error as the file system does; then everything is as it was. */
export async function writeAll(root: URL, files: PlannedFile[]): Promise<void> {
  const ready = files.map((file) => ({
    ...file,
    url: new URL(file.path, root),
    draft: new URL(`${file.path}.new`, root),
  }));
  const placed: typeof ready = [];
  try {
    for (const { url, draft, text } of ready) {
      await mkdir(new URL('.', url), { recursive: true });
      await writeFile(draft, text);
    }
    for (const file of ready) {
      await rename(file.draft, file.url);
      placed.push(file);
    }
  } catch (error) {
    await Promise.all(ready.map(({ draft }) => rm(draft, { force: true })));
    await Promise.all(placed.map(({ url, before }) => (before === undefined ? rm(url) : writeFile(url, before))));
    throw error;
  }
}
