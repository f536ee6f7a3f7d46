// What a project lacks of its contract, file by file, and what a person has to do besides.
import { type Resource, resourcesOf, type Unmade } from '../../contract/resources/resources.ts';
import { missingMigrations } from './migrations/change.ts';
import type { Allowed } from './migrations/difference.ts';
import { withHandlers } from './operations-file.ts';
import type { Project } from './project.ts';
import {
  handlersFile,
  isHandled,
  isNamed,
  narrowedLimits,
  outdatedModels,
  remarksOf,
  type Stub,
  undocumentedConflicts,
  unknownNames,
  untestedRemarks,
} from './remarks.ts';
import { handlersText } from './templates/handlers.ts';
import { modelText } from './templates/model.ts';
import { testText } from './templates/test.ts';
import { isWaiting, outgrown, unreadTables, waitingRemarks } from './until-mended.ts';
import { folderOf, handlersName } from './words.ts';

interface Scaffold {
  /** TypeScript by path, not formatted yet. */
  made: Map<string, string>;
  /** The snapshot of the tables that the migrations make. */
  snapshot: string;
  remarks: string[];
}

/**
 * What is missing. A file that exists is a person's: it is left alone but for the list of handlers.
 * @throws Error when tables cannot become what the contract asks for.
 */
export function scaffold(project: Project, migrating: { allowed: Allowed; now: Date }): Scaffold {
  const { resources, unmade } = resourcesOf(project.document);
  const { files } = project;
  const made = new Map<string, string>();
  const add = (path: string, text: string | undefined) => {
    if (text !== undefined && !files.has(path)) made.set(path, text);
  };
  const stubs = stubsOf(project, unmade);
  const folders = new Set([...resources.map(folderOf), ...stubs.map((stub) => stub.folder)]);
  let operations = files.get('src/operations.ts') ?? '';
  const unlisted: string[] = [];
  for (const folder of folders) {
    const handlers = handlersFile(folder);
    if (files.has(handlers)) continue;
    const resource = resources.find((one) => folderOf(one) === folder && !isWrittenElsewhere(project, one));
    const ids = stubs.filter((stub) => stub.folder === folder && isNamed(stub)).map(({ id }) => id);
    if (resource === undefined && ids.length === 0) continue;
    add(handlers, handlersText(folder, resource, ids));
    if (resource !== undefined) {
      add(`src/resources/${folder}/model.ts`, modelText(resource));
      add(`test/${folder}.test.ts`, testText(resource));
    }
    const name = handlersName(folder, resource);
    const listed = withHandlers(operations, name, folder);
    if (listed === undefined) unlisted.push(`src/operations.ts: add ...${name} of ${handlers}`);
    else operations = listed;
  }
  if (operations !== files.get('src/operations.ts')) made.set('src/operations.ts', operations);
  const migrations = missingMigrations(project, { resources, unmade }, migrating);
  for (const [path, text] of migrations.files) add(path, text);
  const { snapshot } = migrations;
  const remarks = [
    ...remarksOf(project, { resources, stubs }, made),
    ...waitingRemarks(project, unmade),
    ...unreadTables(project, { resources, unmade }),
    ...outgrown(project, { resources, unmade }),
    ...unknownNames(project, resources),
    ...narrowedLimits(project, resources),
    ...outdatedModels(project, resources),
    ...undocumentedConflicts(project, resources),
    ...untestedRemarks(project, resources, made),
    ...unlisted,
  ];
  return { made, snapshot, remarks };
}

/** Whether somebody has written the resource elsewhere. */
function isWrittenElsewhere(project: Project, { operations }: Resource): boolean {
  return operations.length > 0 && operations.every(({ id }) => isHandled(project, id));
}

/** The operations that cannot be made and that nobody has written, each with the first reason; those that wait are made later. */
function stubsOf(project: Project, unmade: Unmade[]): Stub[] {
  const stubs = new Map<string, Stub>();
  for (const { operations, plural, at, message } of unmade.filter((one) => !isWaiting(project, unmade, one))) {
    for (const id of operations) {
      if (!stubs.has(id) && !isHandled(project, id)) stubs.set(id, { id, folder: folderOf({ plural }), at, message });
    }
  }
  return [...stubs.values()];
}
