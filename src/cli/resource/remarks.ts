// What the generator leaves to a person: operations that it cannot make, and those whose file is a person's already.
import type { OperationObject } from '../../contract/document.ts';
import { type JsonPath, locate } from '../../contract/located.ts';
import type { Resource } from '../../contract/resources.ts';
import { placesIn } from './lines.ts';
import type { Project } from './project.ts';
import { handlerText, stubText } from './templates/handlers.ts';

/** An operation that cannot be made. */
export interface Stub {
  id: string;
  plural: string;
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

/** Each with its line in the contract. `made`: the files that are being made. */
export function remarksOf(
  project: Project,
  { resources, stubs }: { resources: Resource[]; stubs: Stub[] },
  made: ReadonlyMap<string, string>,
): string[] {
  const unhandled = resources.flatMap((resource) =>
    resource.operations
      .filter(({ id }) => !isHandled(project, id) && !made.has(fileOf(resource.plural)))
      .map((operation) => ({ resource, operation })),
  );
  if (unhandled.length === 0 && stubs.length === 0) return [];
  const placeOf = placesIn(project.source);
  return [
    ...unhandled.map(({ resource, operation }) => {
      const where = `${placeOf(operation.at)}: ${operation.id} has no handler, and ${fileOf(resource.plural)} is yours`;
      return `${where}: add\n${handlerText(resource, operation)}`;
    }),
    ...stubs.map((stub) => stubRemark(project, stub, placeOf(stub.at), made)),
  ];
}

function stubRemark(
  { document }: Project,
  { id, plural, message }: Stub,
  place: string,
  made: ReadonlyMap<string, string>,
): string {
  const file = fileOf(plural);
  const said = `${place}: ${id} cannot be made: ${message}`;
  const write = made.has(file)
    ? `Write it in ${file}; until then it answers 501`
    : `Write it in ${file}, for instance as a stub:\n${stubText(id)}`;
  const documented = Object.values(document.paths).some((item) =>
    Object.values(item ?? {}).some((operation) => isOperation(operation, id) && '501' in (operation.responses ?? {})),
  );
  const document501 = documented ? '' : `, which its responses should document ("501" with the schema Problem)`;
  return `${said}. ${write}${made.has(file) ? `${document501}.` : ''}`;
}

function isOperation(node: unknown, id: string): node is OperationObject {
  return locate<OperationObject>({ node }, ['node'])?.value.operationId === id;
}

function fileOf(plural: string): string {
  return `src/resources/${plural}/handlers.ts`;
}
