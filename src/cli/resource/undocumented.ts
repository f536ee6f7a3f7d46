// What the operations of resources do or need that the contract leaves out: answers that it does not document, bodies without an example.
import type { Document, OperationObject } from '../../contract/document.ts';
import { descend, locate, operationsIn } from '../../contract/located.ts';
import type { Resource } from '../../contract/resources/types.ts';
import type { Project } from './project.ts';

/** Each with its line in the contract. */
export function undocumented(project: Project, resources: Resource[]): string[] {
  return [...undocumentedConflicts(project, resources), ...bodiesWithoutExample(project, resources)];
}

/** Operations that may meet a value that is taken, and do not say so. */
function undocumentedConflicts({ document, placeOf }: Project, resources: Resource[]): string[] {
  return resources.flatMap(({ fields, operations }) => {
    const unique = fields.filter((field) => field.unique).map(({ name }) => name);
    const silent = operations.filter(
      ({ id, role }) => (role === 'create' || role === 'update') && !isDocumented(document, id, '409'),
    );
    if (unique.length === 0) return [];
    const when = `when ${unique.join(' or ')} is the value of another row`;
    return silent.map(({ id, at }) => `${placeOf(at)}: ${id} answers 409 ${when}, which its responses should document`);
  });
}

export function isDocumented(document: Document, id: string, status: string): boolean {
  const operations = operationsIn(document).map((at) => locate<OperationObject>(document, at)?.value);
  return operations.some((operation) => operation?.operationId === id && status in (operation.responses ?? {}));
}

/** Operations whose body the tests cannot send: they take it from the contract. */
function bodiesWithoutExample({ document, placeOf }: Project, resources: Resource[]): string[] {
  return resources
    .flatMap(({ operations }) => operations)
    .flatMap(({ id, at }) => {
      const body = descend(document, at, 'requestBody', 'content', 'application/json');
      if (body === undefined || 'example' in body.value || 'examples' in body.value) return [];
      return [`${placeOf(body.at)}: ${id} has no example of its body, which its test and all suites send`];
    });
}
