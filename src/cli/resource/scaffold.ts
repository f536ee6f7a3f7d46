// What a project lacks of its contract, file by file, and what a person has to do besides.
import { resourcesOf } from '../../contract/resources/resources.ts';
import type { Resource, Unmade } from '../../contract/resources/types.ts';
import type { Allowed } from './migrations/difference.ts';
import { missingMigrations } from './migrations/missing-migrations.ts';
import { withHandlers } from './operations-file.ts';
import type { Project } from './project.ts';
import {
  handlersFile,
  isHandled,
  isNamed,
  isStub,
  narrowedLimits,
  outdatedModels,
  remarksOf,
  type Stub,
  unknownNames,
  untestedRemarks,
} from './remarks.ts';
import { handlersText } from './templates/handlers.ts';
import { modelText } from './templates/model.ts';
import { testText } from './templates/test.ts';
import { undocumented } from './undocumented.ts';
import { isWaiting, outgrown, unreadTables, waitingRemarks } from './until-mended.ts';
import { folderOf, handlersName } from './words.ts';

interface Scaffold {
  /** TypeScript by path, not formatted yet. */
  made: Map<string, string>;
  /** The snapshot of the tables that the migrations make. */
  snapshot: string;
  /** What they do to tables that are there, a line each. */
  changes: string[];
  remarks: string[];
}

/**
 * What is missing. A file that exists is a person's: it is left alone but for the list of handlers.
 * @throws Error when tables cannot become what the contract asks for.
 */
export function scaffold(project: Project, migrating: { allowed: Allowed; now: Date }): Scaffold {
  const found = resourcesOf(project.document);
  const { resources, unmade } = found;
  const stubs = stubsOf(project, unmade);
  const { code, unlisted } = codeOf(project, resources, stubs);
  const { files, changes, remarks: ofTables, snapshot } = missingMigrations(project, found, migrating);
  const made = new Map([...code, ...files]);
  const remarks = [
    ...remarksOf(project, { resources, stubs }, made),
    ...waitingRemarks(project, unmade),
    ...unreadTables(project, found),
    ...outgrown(project, found),
    ...unknownNames(project, resources),
    ...narrowedLimits(project, resources),
    ...outdatedModels(project, resources),
    ...undocumented(project, resources),
    ...untestedRemarks(project, resources, made),
    ...unlisted,
    ...ofTables,
  ];
  return { made, snapshot, changes, remarks };
}

/** The code of the folders that nobody has begun, and what goes with stubs that can be made by now. `unlisted`: what a list of handlers lacks that is not of the form that is known. */
function codeOf(
  project: Project,
  resources: Resource[],
  stubs: Stub[],
): { code: Map<string, string>; unlisted: string[] } {
  const { files } = project;
  const code = new Map<string, string>();
  const add = (path: string, text: string | undefined) => {
    if (text !== undefined && !files.has(path)) code.set(path, text);
  };
  const addModelAndTest = (resource: Resource) => {
    add(`src/resources/${folderOf(resource)}/model.ts`, modelText(resource));
    add(`test/${folderOf(resource)}.test.ts`, testText(resource));
  };
  let operations = files.get('src/operations.ts') ?? '';
  const unlisted: string[] = [];
  for (const folder of new Set([...resources.map(folderOf), ...stubs.map((stub) => stub.folder)])) {
    const handlers = handlersFile(folder);
    const here = resources.find((one) => folderOf(one) === folder);
    if (files.has(handlers)) {
      if (here?.operations.some(({ id }) => isStub(project, id))) addModelAndTest(here);
      continue;
    }
    const resource = here && isWrittenElsewhere(project, here) ? undefined : here;
    const ids = stubs.filter((stub) => stub.folder === folder && isNamed(stub)).map(({ id }) => id);
    if (resource === undefined && ids.length === 0) continue;
    add(handlers, handlersText(folder, resource, ids));
    if (resource !== undefined) addModelAndTest(resource);
    const name = handlersName(folder, resource);
    const listed = withHandlers(operations, name, folder);
    if (listed === undefined) unlisted.push(`src/operations.ts: add ...${name} of ${handlers}`);
    else operations = listed;
  }
  if (operations !== files.get('src/operations.ts')) code.set('src/operations.ts', operations);
  return { code, unlisted };
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
