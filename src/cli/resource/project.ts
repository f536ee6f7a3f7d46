// The files of a project that the generator reads, by path, as they are before it does anything.
import { readdir, readFile } from 'node:fs/promises';
import { type Document, readDocument } from '../../contract/document.ts';
import type { JsonPath } from '../../contract/pointer.ts';
import { assertValidLines, placesIn } from './lines.ts';

export interface Project {
  /** The contract as text and as what it says. */
  source: string;
  document: Document;
  /** Names a place in the contract by its line. */
  placeOf: (path: JsonPath) => string;
  /** The client's manifest, which has the contract's version. */
  manifest: string;
  /** Every file that the generator looks at or may write, by path. */
  files: Map<string, string>;
}

/** Where it looks: at TypeScript, at the client's manifest, and at the snapshot of the tables. */
const folders = ['src', 'migrations', 'test', 'client/src'];

/** @throws Error when a file cannot be read, or the contract is not valid. */
export async function readProject(root: URL): Promise<Project> {
  const read = async (path: string) => [path, await readFile(new URL(path, root), 'utf8')] as const;
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const paths = await readdir(new URL(`${folder}/`, root), { recursive: true });
      return paths
        .filter((path) => path.endsWith('.ts') || path === 'snapshot.json')
        .map((path) => `${folder}/${path}`);
    }),
  );
  const files = new Map(await Promise.all(['openapi.yaml', 'client/package.json', ...listed.flat()].map(read)));
  const source = files.get('openapi.yaml') ?? '';
  const document = readDocument(source);
  await assertValidLines(source, document);
  return { source, document, placeOf: placesIn(source), manifest: files.get('client/package.json') ?? '', files };
}
