// `resource add`: writes a new resource into the text of the contract, which keeps every byte that it had.
import { type Document, methods } from '../../../contract/document.ts';
import { resourcesOf } from '../../../contract/resources/resources.ts';
import { capitalised } from '../words.ts';
import { addConflictToTable, conflictComponents, isUnique } from './conflict.ts';
import { exampleRow } from './examples.ts';
import { type NewResource, newResource } from './new-resource.ts';
import { pathsOf } from './paths.ts';
import { ref } from './reference.ts';
import { schemasOf } from './schemas.ts';
import type { Spec } from './spec.ts';
import { Splice } from './splice.ts';
import { checkFree, checkReferences } from './taken.ts';

/** The contract with the resource in it. @throws Error when it lacks what that needs, or has something of its name. */
export function addResource(text: string, spec: Spec): string {
  const splice = new Splice(text);
  const document = splice.value() as Document; // as far as it is read here; the lint proves the rest
  const resource = newResource(spec, resourcesOf(document).resources);
  const [paths, schemas] = [pathsOf(resource), schemasOf(resource)];
  checkFree(document, resource, paths, schemas);
  const place = lastSecured(document);
  const tag = tagOf(resource);
  if (!document.tags?.some(({ name }) => name === tag.name)) splice.add(['tags'], [tag], { after: place.tag });
  splice.add(['paths'], paths, { after: place.path, space: 'each' });
  addComponents(splice, document, resource, schemas);
  const result = splice.result();
  checkReferences(result.value as Document);
  return result.text;
}

function addComponents(
  splice: Splice,
  document: Document,
  resource: NewResource,
  schemas: Record<string, unknown>,
): void {
  const { names } = resource;
  const conflict = isUnique(resource) ? conflictComponents(document) : { schemas: {}, responses: {} };
  const example = { summary: capitalised(names.aOne), value: exampleRow(resource) };
  splice.add(['components', 'parameters'], parametersOf(document, resource));
  splice.add(['components', 'schemas'], { ...schemas, ...conflict.schemas }, { space: 'first' });
  splice.add(['components', 'examples'], { [names.schema]: example });
  if (!isUnique(resource)) return;
  splice.add(['components', 'responses'], conflict.responses);
  addConflictToTable(splice, document);
}

function parametersOf(document: Document, { names, idParameter, parent }: NewResource): Record<string, unknown> {
  const id = (name: string, one: string) => ({
    name,
    in: 'path',
    required: true,
    description: `The id of the ${one}.`,
    schema: ref('schemas', 'Id'),
    example: 42,
  });
  const isNew = parent !== undefined && !(parent.parameter in (document.components['parameters'] ?? {}));
  return {
    ...(isNew && { [parent.parameter]: id(parent.column, parent.names.one) }),
    [idParameter]: id('id', names.one),
  };
}

function tagOf({ names, shared, parent }: NewResource): { name: string; description: string } {
  const description = shared
    ? `${capitalised(names.many)} that every signed-in user may read.`
    : `The ${names.many} of ${parent ? parent.names.aOne : 'a person'}.`;
  return { name: capitalised(names.many), description };
}

/** The last path that needs a token, and the place of its tag: a new resource stands behind them. */
function lastSecured({ paths, tags, security }: Document): { path: string | undefined; tag: number | undefined } {
  const secured = Object.entries(paths).filter(([, item]) =>
    methods.some((method) => item[method] !== undefined && (item[method].security ?? security ?? []).length > 0),
  );
  const [path, item] = secured.at(-1) ?? [];
  const name = methods.flatMap((method) => item?.[method]?.tags ?? [])[0];
  const tag = (tags ?? []).findIndex((one) => one.name === name);
  return { path, tag: tag < 0 ? undefined : tag };
}
