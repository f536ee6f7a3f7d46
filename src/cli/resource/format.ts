// Formats what was made as the project formats its code, so that it does not matter how long a name is.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** TypeScript files by path, as Biome formats them with the settings of the project. */
export async function formatted(root: URL, files: Map<string, string>): Promise<Map<string, string>> {
  if (files.size === 0) return files;
  const folder = await mkdtemp(join(tmpdir(), 'deed-format-'));
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const biome = fileURLToPath(new URL('node_modules/@biomejs/biome/bin/biome', root));
    const settings = `--config-path=${fileURLToPath(new URL('biome.json', root))}`;
    await promisify(execFile)(process.execPath, [biome, 'format', '--write', settings, '--vcs-enabled=false', folder]);
    const texts = [...files.keys()].map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const);
    return new Map(await Promise.all(texts));
  } finally {
    await rm(folder, { recursive: true });
  }
}
