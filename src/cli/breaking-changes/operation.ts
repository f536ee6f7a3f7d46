// The rules for one operation: what a client may send to it, and what it gets back.
import { parameterKey } from '../../contract/parameters.ts';
import type { Content, DescribedOperation, Header, Parameter, Requirement, Response } from './document.ts';
import { resolveAll } from './document.ts';
import { listing, toggle, uniqueness } from './extensions.ts';
import { compareSchemas } from './schema.ts';
import type { Change, Direction } from './schema-rules.ts';

export function compareOperations(change: Change<DescribedOperation>): string[] {
  const rules = [identity, security, toggle, parameters, body, uniqueness, responses];
  return rules.flatMap((rule) => rule(change)).map((finding) => `${change.before.name}: ${finding}`);
}

/** Clients are generated from both names: functions from the one, typed paths from the other. */
function identity({ before, after }: Change<DescribedOperation>): string[] {
  return [
    ...(before.path === after.path ? [] : [`path written ${after.path} now, which typed clients name`]),
    ...(before.id === after.id ? [] : [`operationId changed from ${before.id} to ${after.id}`]),
  ];
}

/** Each way to be let in must go on letting in; nothing asked is a way, too. */
function security({ before, after }: Change<DescribedOperation>): string[] {
  const ways = (list: Requirement[]) => (list.length === 0 ? [{}] : list);
  const suffices = (old: Requirement, now: Requirement) =>
    Object.entries(now).every(
      ([scheme, scopes]) => scopes.every((scope) => old[scheme]?.includes(scope)) && old[scheme],
    );
  const name = (way: Requirement) =>
    Object.entries(way)
      .map(([scheme, scopes]) => [scheme, ...scopes].join(' '))
      .join(' and ') || 'nothing';
  return ways(before.security)
    .filter((old) => !ways(after.security).some((now) => suffices(old, now)))
    .map(
      (old) => `security: ${name(old)} no longer suffices; it takes ${ways(after.security).map(name).join(', or ')}`,
    );
}

function parameters(change: Change<DescribedOperation>): string[] {
  const [before, after] = [parametersByKey(change.before), parametersByKey(change.after)];
  const kept = [...before].flatMap(([key, { parameter: old, place }]) => {
    const now = after.get(key)?.parameter;
    return now === undefined ? [`${place}: removed`] : parameter(change, { before: old, after: now }, place);
  });
  const added = [...after].filter(([key, { parameter: now }]) => now.required && !before.has(key));
  return [...kept, ...added.map(([, { place }]) => `${place}: new and required`)];
}

function parameter(operation: Change<DescribedOperation>, change: Change<Parameter>, place: string): string[] {
  const { before, after } = change;
  const written = ({ style, explode, content }: Parameter) =>
    JSON.stringify([style, explode, Object.keys(content ?? {})]);
  const excluded = after['x-not-with'];
  return [
    ...(after.required && !before.required ? [`${place}: newly required`] : []),
    ...(written(before) === written(after) ? [] : [`${place}: written in another way (style, explode or content)`]),
    ...(excluded === undefined || excluded === before['x-not-with'] ? [] : [`${place}: not with ${excluded} any more`]),
    ...listing(change).map((finding) => `${place}: ${finding}`),
    ...compare(operation, 'request', place, { before: schemaOf(before), after: schemaOf(after) }),
  ];
}

function body(change: Change<DescribedOperation>): string[] {
  const { before, after } = { before: change.before.body, after: change.after.body };
  if (before === undefined) return after?.required ? ['request body: newly required'] : [];
  if (after === undefined) return ['request body: removed'];
  return [
    ...(after.required && !before.required ? ['request body: newly required'] : []),
    ...content(change, 'request', 'request body', { before: before.content, after: after.content }),
  ];
}

/** An error that is new, or that never comes any more, breaks nobody: a client has to expect any. A success does. */
function responses(change: Change<DescribedOperation>): string[] {
  const [before, after] = [change.before.responses, change.after.responses];
  const isSuccess = (status: string) => status.startsWith('2');
  const kept = Object.entries(before).flatMap(([status, old]) => {
    const now = after[status];
    if (now !== undefined) return response(change, `response ${status}`, { before: old, after: now });
    return isSuccess(status) ? [`response ${status}: removed`] : [];
  });
  const added = Object.keys(after).filter((status) => isSuccess(status) && before[status] === undefined);
  return [...kept, ...added.map((status) => `response ${status}: a new success, which clients do not expect`)];
}

function response(operation: Change<DescribedOperation>, place: string, { before, after }: Change<Response>): string[] {
  const headers = headersByKey(after, operation.after);
  const ofHeaders = [...headersByKey(before, operation.before)].flatMap(([key, { name, header: old }]) => {
    const now = headers.get(key)?.header;
    const at = `${place} header ${name}`;
    if (now === undefined) return [`${at}: removed`];
    return [
      ...(old.required && !now.required ? [`${at}: may now be absent`] : []),
      ...compare(operation, 'response', at, { before: old.schema ?? true, after: now.schema ?? true }),
    ];
  });
  const contents = { before: before.content ?? {}, after: after.content ?? {} };
  return [...ofHeaders, ...content(operation, 'response', `${place} body`, contents)];
}

function content(
  operation: Change<DescribedOperation>,
  direction: Direction,
  place: string,
  { before, after }: Change<Content>,
): string[] {
  return Object.entries(before).flatMap(([type, old]) => {
    const now = after[type];
    if (now === undefined) return [`${place}: ${type} removed`];
    return compare(operation, direction, place, { before: old.schema ?? true, after: now.schema ?? true });
  });
}

function compare(
  { before, after }: Change<DescribedOperation>,
  direction: Direction,
  place: string,
  schemas: Parameters<typeof compareSchemas>[1],
): string[] {
  const resolve = { before: before.resolve, after: after.resolve };
  return compareSchemas({ direction, resolve, place }, schemas);
}

function schemaOf({ schema, content }: Parameter) {
  return schema ?? Object.values(content ?? {})[0]?.schema ?? true;
}

/** A parameter of the path is known by its position, whatever its name. */
function parametersByKey({ parameters, path }: DescribedOperation) {
  const inPath = [...path.matchAll(/\{(.*?)\}/g)].map(([, name]) => name);
  return new Map(
    parameters.map((parameter) => [
      parameter.in === 'path' ? `path ${inPath.indexOf(parameter.name)}` : parameterKey(parameter),
      { parameter, place: `${parameter.in} parameter ${parameter.name}` },
    ]),
  );
}

function headersByKey({ headers }: Response, { resolve }: DescribedOperation) {
  const resolved = Object.entries(resolveAll<Header>(headers, resolve));
  return new Map(resolved.map(([name, header]) => [name.toLowerCase(), { name, header }]));
}
