// What the generator leaves to a person: operations that it cannot make, and those whose file is a person's already.
import type { JsonPath } from '../../contract/pointer.ts';
import type { Resource } from '../../contract/resources/types.ts';
import { narrowedColumns } from './migrations/limits.ts';
import { readSnapshot, snapshotPath } from './migrations/snapshot.ts';
import type { Project } from './project.ts';
import { handlerText, notWritten, stubText } from './templates/handlers.ts';
import { literal, property } from './typescript.ts';
import { isDocumented } from './undocumented.ts';
import { folderOf } from './words.ts';

/** An operation that cannot be made. */
export interface Stub {
  id: string;
  /** Where its handler belongs. */
  folder: string;
  /** Where the contract asks for what cannot be made, and what that is. */
  at: JsonPath;
  message: string;
}

/** Whether the project has a handler of this operation. */
export function isHandled({ files }: Project, id: string): boolean {
  const handler = new RegExp(`(^|[^\\w.])${id.replace(/[^\w ]/g, '\\$&')}'?\\s*[:(,]`);
  return [...files].some(
    ([path, text]) => /^src\/(resources|service)\/.*\bhandlers\.ts$/.test(path) && handler.test(text),
  );
}

/** Whether that handler is still the stub that was made while the operation could not be. */
export function isStub({ files }: Project, id: string): boolean {
  return [...files].some(([path, text]) => path.endsWith('/handlers.ts') && text.includes(`'${notWritten(id)}'`));
}

/** Whether it has an operationId, in which there may be spaces: one that has none is called `GET /notes`. */
export function isNamed({ id }: Stub): boolean {
  return !/^[A-Z]+ \//.test(id);
}

/** Each with its line in the contract. `made`: the files that are being made. */
export function remarksOf(
  project: Project,
  { resources, stubs }: { resources: Resource[]; stubs: Stub[] },
  made: ReadonlyMap<string, string>,
): string[] {
  const unhandled = resources.flatMap((resource) => {
    const file = handlersFile(folderOf(resource));
    return resource.operations.flatMap((operation) => {
      const where = `${project.placeOf(operation.at)}: ${operation.id}`;
      const text = handlerText(resource, operation);
      if (isStub(project, operation.id))
        return [`${where} can be made by now, and is a stub in ${file}: write\n${text}`];
      const isLeft = !isHandled(project, operation.id) && !made.has(file);
      return isLeft ? [`${where} has no handler, and ${file} is yours: add\n${text}`] : [];
    });
  });
  return [...unhandled, ...stubs.map((stub) => stubRemark(project, stub, made))];
}

/** New columns that are said to have had a name which none had: most likely it is mistyped. */
export function unknownNames({ files, placeOf }: Project, resources: Resource[]): string[] {
  const tables = readSnapshot(files.get(snapshotPath));
  return resources.flatMap(({ table, fields }) => {
    const { columns } = tables[table] ?? {};
    return fields.flatMap(({ name, at, renamedFrom }) =>
      renamedFrom === undefined || columns === undefined || name in columns || renamedFrom in columns
        ? []
        : [`${placeOf(at)}: x-renamed-from: ${table} has had no column ${renamedFrom}, so ${name} is new`],
    );
  });
}

/** Columns that are held to less than before, by the contract alone. */
export function narrowedLimits({ document, files, placeOf }: Project, resources: Resource[]): string[] {
  const snapshot = readSnapshot(files.get(snapshotPath));
  return resources.flatMap((resource) =>
    narrowedColumns(resource, snapshot, document).map(
      ({ field: { name, at }, what }) =>
        `${placeOf(at)}: ${resource.table}.${name}: ${what}: rows may break it, and answers with them are 500; nothing is changed. Mend the rows in a migration of your own.`,
    ),
  );
}

/** New resources whose test has no place: a file of that name is there, and is about something else. */
export function untestedRemarks(
  { files }: Project,
  resources: Resource[],
  made: ReadonlyMap<string, string>,
): string[] {
  return resources.flatMap(({ plural, operations }) => {
    const folder = folderOf({ plural });
    const path = `test/${folder}.test.ts`;
    const test = files.get(path);
    const isAbout = (text: string) =>
      [`/${plural}`, ...operations.map(({ id }) => id)].some((name) => text.includes(name));
    if (!made.has(handlersFile(folder)) || test === undefined || isAbout(test)) return [];
    return [
      `${path} is about something else: no test of ${plural} was made. Give that file another name, remove src/resources/${folder} and generate again`,
    ];
  });
}

/** Models that a person has whose rows have another schema by now, or are within others than they were. */
export function outdatedModels({ files, placeOf }: Project, resources: Resource[]): string[] {
  return resources.flatMap((resource) => {
    const { at, collection, schema, parent } = resource;
    const model = `src/resources/${folderOf(resource)}/model.ts`;
    const text = files.get(model) ?? '';
    const [, , said] = /\bschema = (['"])(.+?)\1/.exec(text) ?? [];
    const [, parents] = /\bparents = \{ ?['"]?(.*?)['"]?:/s.exec(text) ?? [];
    if (said === undefined) return [];
    const where = `${placeOf(at)}: ${collection}`;
    const within = parentsOf(parent);
    return [
      ...(said === schema
        ? []
        : [`${where} has the schema ${schema}, and ${model} says ${said}: write schema = '${schema}'`]),
      ...(parents === parent?.column
        ? []
        : [`${where} ${within.is}, and ${model} says otherwise: ${within.write}; the compiler names the handlers`]),
    ];
  });
}

function parentsOf(parent: Resource['parent']): { is: string; write: string } {
  if (parent === undefined) return { is: 'is part of nothing else', write: 'take parents out' };
  const { table, column } = parent;
  return {
    is: `is part of ${table}`,
    write: `write static override readonly parents = { ${property(column, literal(table))} }`,
  };
}

function stubRemark({ document, placeOf }: Project, stub: Stub, made: ReadonlyMap<string, string>): string {
  const { id, folder, at, message } = stub;
  const file = handlersFile(folder);
  const said = `${placeOf(at)}: ${id} cannot be made: ${message}.`;
  if (!isNamed(stub)) return said;
  if (!made.has(file)) return `${said} Write it in ${file}, for instance as a stub:\n${stubText(id)}`;
  const responses = isDocumented(document, id, '501')
    ? ''
    : ', which its responses should document ("501" with the schema Problem)';
  return `${said} Write it in ${file}; until then it answers 501${responses}.`;
}

export function handlersFile(folder: string): string {
  return `src/resources/${folder}/handlers.ts`;
}
