// Makes what the contract asks for and the project does not have: tables, models, handlers, tests, and the types of all.
import { derivedFiles } from '../derived.ts';
import { formatted } from './format.ts';
import { type Allowed, nothing } from './migrations/difference.ts';
import { snapshotPath } from './migrations/snapshot.ts';
import { readProject } from './project.ts';
import { scaffold } from './scaffold.ts';
import { type PlannedFile, writeAll } from './write.ts';

interface GenerateOptions {
  /** The folder of the project. */
  root: URL;
  /** Only says what it would do. */
  dryRun?: boolean;
  /** Names the migrations. */
  now?: Date;
  /** What may become of what stands in tables. */
  allowed?: Allowed;
}

export interface Generated {
  /** The files that are new or other than they were. */
  files: PlannedFile[];
  /** What the migrations do to tables that are there, a line each. */
  changes: string[];
  /** What a person has to do, each with its place in the contract. */
  remarks: string[];
}

/** @throws Error when the contract cannot be read, rows would lose something, or a file cannot be written; then nothing is. */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { root, dryRun = false, now = new Date(), allowed = nothing } = options;
  const project = await readProject(root);
  const { made, snapshot, changes, remarks } = scaffold(project, { now, allowed });
  const texts = new Map([
    ...(await formatted(root, made)),
    [snapshotPath, snapshot] as const,
    ...Object.entries(await derivedFiles(project.source, project.manifest)),
  ]);
  const files = [...texts]
    .map(([path, text]) => ({ path, before: project.files.get(path), text }))
    .filter(({ before, text }) => before !== text);
  if (!dryRun) await writeAll(root, files);
  return { files, changes, remarks };
}
