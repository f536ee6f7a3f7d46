// What each operation of a contract does for the resource that its path is about, as far as the path and the schemas tell.

import { type Document, type Method, methods, type OperationObject } from '../document.ts';
import { descend, locate, nodeAt, schemaName } from '../located.ts';
import type { JsonPath } from '../pointer.ts';
import { shapeOf } from '../shape.ts';

/** What an operation does to the rows of its resource. */
export type Role = 'list' | 'create' | 'read' | 'update' | 'remove' | 'toggle';

/** What an operation does, or is to do where `why` says what it lacks. */
type Purpose = { role: Role; why: undefined } | { role: Role | undefined; why: string };

export type DescribedOperation = Description & Purpose;

/** An operation that lacks nothing. */
export type KnownOperation = Extract<DescribedOperation, { why: undefined }>;

interface Description {
  /** `POST /api/{user_id}/tasks` when it has no operationId. */
  id: string;
  method: Method;
  path: string;
  at: JsonPath;
  secured: boolean;
  /** The schema of the rows that it answers, where it stands and what it is called. */
  answer: { at: JsonPath; name: string } | undefined;
  body: JsonPath | undefined;
  /** The headers of its answer when it succeeds. */
  headers: string[];
  /** `x-toggle`. */
  toggles: string | undefined;
}

/** The paths of a resource: that of all its items, that of one, and those of what can be done with one. */
export interface Family {
  collection: string;
  /** Undefined: there is none. */
  item: string | undefined;
  operations: DescribedOperation[];
}

/** The operations of a contract by the collection that they are about. */
export function familiesOf(document: Document): Family[] {
  const paths = Object.keys(document.paths ?? {});
  const items = new Map(paths.filter(isItem).map((path) => [parentPath(path), path]));
  const families = new Map<string, Family>();
  for (const path of paths) {
    const collection = collectionOf(path, items);
    const family = families.get(collection) ?? { collection, item: items.get(collection), operations: [] };
    families.set(collection, family);
    const place = path === collection ? 'collection' : path === family.item ? 'item' : 'action';
    for (const method of methods) {
      const at = ['paths', path, method];
      if (locate(document, at) !== undefined) family.operations.push(describe(document, at, place, { path, method }));
    }
  }
  return [...families.values()];
}

/** `/notes` for `/notes`, `/notes/{id}` and `/notes/{id}/archive`; a path below an item that has items is a collection itself. */
function collectionOf(path: string, items: Map<string, string>): string {
  if (isItem(path)) return parentPath(path);
  const above = parentPath(path);
  const isAction = items.get(parentPath(above)) === above && !items.has(path);
  return isAction ? parentPath(above) : path;
}

type Place = 'collection' | 'item' | 'action';

function describe(
  document: Document,
  at: JsonPath,
  place: Place,
  { path, method }: { path: string; method: Method },
): DescribedOperation {
  const operation = locate<OperationObject>(document, at)?.value;
  const toggles = operation?.['x-toggle'];
  const success = { get: '200', put: '200', patch: '200', post: '201', delete: '204' }[method];
  const answer = descend<object>(document, at, 'responses', success);
  const content = answer && descend(document, answer.at, 'content', 'application/json', 'schema');
  const schemaPath = answer && [...answer.at, 'content', 'application/json', 'schema'];
  const isList = content !== undefined && shapeOf(document, content.at).types.includes('array');
  const rows = schemaPath && (isList && content ? [...content.at, 'items'] : schemaPath);
  const name = rows && schemaName(nodeAt(document, rows));
  const named = name === undefined ? undefined : { at: ['components', 'schemas', name], name };
  const sent = descend<{ required?: boolean }>(document, at, 'requestBody');
  const sentSchema = sent && [...sent.at, 'content', 'application/json', 'schema'];
  const body = sentSchema && locate(document, sentSchema) && sentSchema;
  const known = { place, method, isList, hasAnswer: answer !== undefined, named: named !== undefined, body, toggles };
  const union = body !== undefined && shapeOf(document, body).union;
  const purpose = purposeOf(known, { union, required: sent?.value.required === true });
  const isNamed = operation?.operationId !== undefined;
  return {
    id: operation?.operationId ?? `${method.toUpperCase()} ${path}`,
    method,
    path,
    at,
    secured: (operation?.security ?? document.security ?? []).length > 0,
    ...(isNamed ? purpose : { role: purpose.role, why: 'it has no operationId' }),
    answer: named,
    body,
    headers: Object.keys((answer && descend<object>(document, answer.at, 'headers')?.value) ?? {}),
    toggles,
  };
}

interface Known {
  place: Place;
  method: Method;
  isList: boolean;
  hasAnswer: boolean;
  named: boolean;
  body: JsonPath | undefined;
  toggles: string | undefined;
}

/** The role that its place and its method give it, and what it lacks to be made. */
function purposeOf(
  { place, method, isList, hasAnswer, named, body, toggles }: Known,
  { union, required }: { union: boolean; required: boolean },
): Purpose {
  const role = roles[place][method];
  const none = (why: string) => ({ role, why });
  if (role === undefined)
    return none(
      `${method} is not known ${place === 'action' ? 'as an action on an item' : `on a${place === 'item' ? 'n item' : ' collection'}`}`,
    );
  if (role === 'toggle' && toggles === undefined)
    return none('nothing says what this action does: x-toggle names a boolean property');
  if (role === 'remove') return hasAnswer ? { role, why: undefined } : none('it does not answer 204');
  if (role === 'list' && !isList) return none('it does not answer 200 with an array of a schema by $ref');
  if (!named || (role !== 'list' && isList))
    return none(`it does not answer ${role === 'create' ? 201 : 200} with a schema by $ref`);
  if ((role === 'create' || role === 'update') && body === undefined) return none('it has no JSON body');
  if (role === 'toggle' && body !== undefined) return none('it has a body, and a toggle takes none');
  if (body !== undefined && !required) return none('its body need not be sent: say required: true');
  if (union) return none('its body is one of several schemas (oneOf, anyOf)');
  return { role, why: undefined };
}

const roles: Record<Place, Partial<Record<Method, Role>>> = {
  collection: { get: 'list', post: 'create' },
  item: { get: 'read', put: 'update', patch: 'update', delete: 'remove' },
  action: { patch: 'toggle' },
};

function isItem(path: string): boolean {
  return /[^/{}]\/\{[^/{}]+\}$/.test(path);
}

function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
