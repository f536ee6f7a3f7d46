// Says how a contract breaks the clients of an earlier one: nothing, if they go on working or the major version moved.
import { resolver } from '../../contract/document.ts';
import { type Document, operationsOf, type SecurityScheme } from './document.ts';
import { compareOperations } from './operation.ts';
import type { Change } from './schema-rules.ts';

/** One line for each break, which names the place. */
export function breakingChanges(before: Document, after: Document): string[] {
  const change = { before, after };
  if (major(after) > major(before)) return [];
  return [...new Set([version, servers, securitySchemes, operations].flatMap((rule) => rule(change)))];
}

export function major({ info }: Document): number {
  return Number(/^(\d+)\.\d+\.\d+/.exec(info.version)?.[1]);
}

function version({ before, after }: Change<Document>): string[] {
  if (Number.isNaN(major(after))) return [`info.version: ${after.info.version} is not a semantic version`];
  return major(after) < major(before)
    ? [`info.version: went back from ${before.info.version} to ${after.info.version}`]
    : [];
}

function servers({ before, after }: Change<Document>): string[] {
  const urls = ({ servers = [{ url: '/' }] }: Document) => servers.map(({ url }) => url);
  return urls(before)
    .filter((url) => !urls(after).includes(url))
    .map((url) => `servers: ${url} removed`);
}

/** A scheme that is gone shows where it is asked for. */
function securitySchemes({ before, after }: Change<Document>): string[] {
  const known = schemesOf(after);
  return [...schemesOf(before)].flatMap(([name, old]) => {
    const now = known.get(name);
    return now === undefined || now === old ? [] : [`security scheme ${name}: changed from ${old} to ${now}`];
  });
}

function operations({ before, after }: Change<Document>): string[] {
  const known = operationsOf(after, resolver(after));
  return [...operationsOf(before, resolver(before))].flatMap(([key, old]) => {
    const now = known.get(key);
    return now === undefined ? [`${old.name}: removed`] : compareOperations({ before: old, after: now });
  });
}

function schemesOf(document: Document): Map<string, string> {
  const resolve = resolver(document);
  const text = ({ type, scheme, in: place, name }: SecurityScheme) =>
    [type, scheme?.toLowerCase(), place, name].filter((part) => part !== undefined).join(' ');
  return new Map(
    Object.entries(document.components?.securitySchemes ?? {}).map(([name, node]) => [name, text(resolve(node))]),
  );
}
