// What each operation of a contract does for the resource that its path is about, as far as the path and the schemas tell.
import type { Document, Method, OperationObject } from '../document.ts';
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

/** Where an operation stands in its family. */
type Place = 'collection' | 'item' | 'action';

export function describe(
  document: Document,
  at: JsonPath,
  place: Place,
  { path, method }: { path: string; method: Method },
): DescribedOperation {
  const operation = locate<OperationObject>(document, at)?.value;
  const toggles = operation?.['x-toggle'];
  const answer = answerOf(document, at, method);
  const body = bodyOf(document, at);
  const purpose = purposeOf({ place, method, answer, body, toggles });
  const isNamed = operation?.operationId !== undefined;
  return {
    id: operation?.operationId ?? `${method.toUpperCase()} ${path}`,
    method,
    path,
    at,
    secured: (operation?.security ?? document.security ?? []).length > 0,
    ...(isNamed ? purpose : { role: purpose.role, why: 'it has no operationId' }),
    answer: answer?.rows,
    body: body?.at,
    headers: answer?.headers ?? [],
    toggles,
  };
}

/** What an operation answers when it succeeds. */
interface Answer {
  headers: string[];
  isList: boolean;
  rows: Description['answer'];
}

function answerOf(document: Document, operation: JsonPath, method: Method): Answer | undefined {
  const success = { get: '200', put: '200', patch: '200', post: '201', delete: '204' }[method];
  const answer = descend<object>(document, operation, 'responses', success);
  if (answer === undefined) return undefined;
  const content = descend(document, answer.at, 'content', 'application/json', 'schema');
  const isList = content !== undefined && shapeOf(document, content.at).types.includes('array');
  const at = isList ? [...content.at, 'items'] : [...answer.at, 'content', 'application/json', 'schema'];
  const name = schemaName(nodeAt(document, at));
  const headers = Object.keys(descend<object>(document, answer.at, 'headers')?.value ?? {});
  return { headers, isList, rows: name === undefined ? undefined : { at: ['components', 'schemas', name], name } };
}

/** What is sent to an operation, as JSON. */
interface Body {
  at: JsonPath;
  required: boolean;
  union: boolean;
}

function bodyOf(document: Document, operation: JsonPath): Body | undefined {
  const sent = descend<{ required?: boolean }>(document, operation, 'requestBody');
  if (sent === undefined) return undefined;
  const at = [...sent.at, 'content', 'application/json', 'schema'];
  if (locate(document, at) === undefined) return undefined;
  return { at, required: sent.value.required === true, union: shapeOf(document, at).union };
}

interface Known {
  place: Place;
  method: Method;
  answer: Answer | undefined;
  body: Body | undefined;
  toggles: string | undefined;
}

/** The role that its place and its method give it, and what it lacks to be made. */
function purposeOf({ place, method, answer, body, toggles }: Known): Purpose {
  const role = roles[place][method];
  const none = (why: string) => ({ role, why });
  if (role === undefined)
    return none(
      `${method} is not known ${place === 'action' ? 'as an action on an item' : `on a${place === 'item' ? 'n item' : ' collection'}`}`,
    );
  if (role === 'toggle' && toggles === undefined)
    return none('nothing says what this action does: x-toggle names a boolean property');
  if (role === 'remove') return answer === undefined ? none('it does not answer 204') : { role, why: undefined };
  const isList = answer?.isList === true;
  if (role === 'list' && !isList) return none('it does not answer 200 with an array of a schema by $ref');
  if (answer?.rows === undefined || (role !== 'list' && isList))
    return none(`it does not answer ${role === 'create' ? 201 : 200} with a schema by $ref`);
  if ((role === 'create' || role === 'update') && body === undefined) return none('it has no JSON body');
  if (role === 'toggle' && body !== undefined) return none('it has a body, and a toggle takes none');
  if (body?.required === false) return none('its body need not be sent: say required: true');
  if (body?.union) return none('its body is one of several schemas (oneOf, anyOf)');
  return { role, why: undefined };
}

const roles: Record<Place, Partial<Record<Method, Role>>> = {
  collection: { get: 'list', post: 'create' },
  item: { get: 'read', put: 'update', patch: 'update', delete: 'remove' },
  action: { patch: 'toggle' },
};
