// What the generator says of operations that cannot be made until the contract is mended: what is left as it is meanwhile.
import { tableNameOf } from '../../contract/resources/names.ts';
import type { Resources } from '../../contract/resources/resources.ts';
import type { Resource, Unmade } from '../../contract/resources/types.ts';
import { readSnapshot, snapshotPath } from './migrations/snapshot.ts';
import type { Project } from './project.ts';
import { handlersFile, isHandled } from './remarks.ts';
import { folderOf } from './words.ts';

/**
 * Whether an operation has to wait for a schema to be mended: its resource does, and nobody has begun to write that. One that will
 * have to be written by hand waits with the others: a file with a stub of it would be a person's, and no model be made besides.
 */
export function isWaiting({ files }: Project, unmade: Unmade[], { plural, waits }: Unmade): boolean {
  return (
    waits ||
    (unmade.some((one) => one.waits && one.plural === plural) && !files.has(handlersFile(folderOf({ plural }))))
  );
}

/** Resources that are made as soon as their schema is mended, but for what somebody has written. */
export function waitingRemarks(project: Project, unmade: Unmade[]): string[] {
  return unmade
    .filter(({ waits }) => waits)
    .flatMap((one) => {
      const together = unmade.filter((other) => other.plural === one.plural && isWaiting(project, unmade, other));
      const ids = together.flatMap(({ operations }) => operations).filter((id) => !isHandled(project, id));
      return ids.length === 0 ? [] : [untilMended(project, one, `none of these is made: ${ids.join(', ')}`)];
    });
}

/** What was made once, and cannot be made sense of any more: its table is left as it is, and what becomes of it a person's. */
export function unreadTables(project: Project, { resources, unmade }: Resources): string[] {
  const tables = readSnapshot(project.files.get(snapshotPath));
  const isLeft = (table: string) => tables[table] !== undefined && !isMade(table, resources);
  return handledAmong(project, unmade)
    .filter((one) => isLeft(tableNameOf(one)))
    .map((one) => untilMended(project, one, `the table ${tableNameOf(one)} stays as it is`));
}

/** Operations of a resource that have a handler and could not be made as they are now. Whoever wrote that may have seen to it. */
export function outgrown(project: Project, { resources, unmade }: Resources): string[] {
  return handledAmong(project, unmade)
    .filter((one) => resources.some(({ collection }) => collection === one.collection))
    .flatMap((one) => [
      ...(one.lists ? [untilMended(project, one, `the indexes of ${tableNameOf(one)} stay as they are`)] : []),
      ...(one.writes ? [untilMended(project, one, `the handler of ${one.operations} has to see to it`)] : []),
    ]);
}

function handledAmong(project: Project, unmade: Unmade[]): Unmade[] {
  return unmade.filter(({ operations }) => operations.every((id) => isHandled(project, id)));
}

function isMade(table: string, resources: Resource[]): boolean {
  return resources.some((one) => one.table === table);
}

function untilMended({ placeOf }: Project, { at, message }: Unmade, what: string): string {
  return `${placeOf(at)}: ${message}. Until that is mended, ${what}.`;
}
