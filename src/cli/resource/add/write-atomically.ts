// Replaces a file in one step: whoever reads it sees the old text or the new one, also when the machine stops in between.
import { open, realpath, rename, rm, stat } from 'node:fs/promises';

export async function writeAtomically(path: string, text: string): Promise<void> {
  const file = await realpath(path); // a link stays a link
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'wx', (await stat(file)).mode);
    await handle.writeFile(text).finally(() => handle.close());
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
