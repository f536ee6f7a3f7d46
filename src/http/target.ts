// Reads where a request ends and what its target is, once, so that every later stage sees the same.
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { assertFraming } from './framing.ts';

/** RFC 3986, section 3.2, without a user: `example.com:8000`, `[::1]:8000`. A host may be empty. */
const authority = /(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?/.source;
const host = new RegExp(`^${authority}$`, 'i');
const absolute = new RegExp(`^https?://${authority}(?=[/?]|$)`, 'i');

/**
 * The path and query of a target, whose address is taken off (RFC 9112, section 3.2). What is no target of this server becomes a
 * path that is not there. It is for before Express, which takes a target apart for itself and cannot do that with all of them.
 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = target.replace(absolute, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  return target.replace(/\?.*$/s, '');
}

/** How much of a text of a caller's is written down, in characters: room for what is meant, and none for filling the log. */
const mostWritten = 512;

/**
 * What a caller sent, to be written down. Somebody may have put their token there (RFC 7519, section 3: it starts with the JSON of
 * an object), as it is or with its dots encoded.
 */
export function writtenDown(text: string): string {
  const safe = text.replace(/eyJ[\w.%-]*/g, '[token]');
  return safe.length > mostWritten ? `${safe.slice(0, mostWritten)}…` : safe;
}

/** @throws Problem 400 for what no later stage is to see. */
export const readTarget: RequestHandler = (req, _res, next) => {
  assertFraming(req);
  const { hosts, credentials } = singular(req);
  if (
    hosts.length > 1 ||
    (hosts.length === 0 && req.httpVersion === '1.1') ||
    !hosts.every((name) => host.test(name))
  ) {
    throw new Problem('BadRequest', 'The request must have one Host header, with a host.'); // RFC 9112, section 3.2
  }
  if (credentials > 1) throw new Problem('BadRequest', 'The request must not have two Authorization headers.');
  if (req.url.includes('#')) throw new Problem('BadRequest', 'The target of a request has no fragment.');
  if (/[^\x21-\x7e]/.test(req.url)) {
    throw new Problem('BadRequest', 'The target has characters that must be percent-encoded.'); // RFC 3986, section 2
  }
  next();
};

/** The fields of which there may be one: Node keeps the first of several, and what stands before this server perhaps another. */
function singular({ rawHeaders }: IncomingMessage): { hosts: string[]; credentials: number } {
  const hosts: string[] = [];
  let credentials = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string; // names and values take turns
    if (name.length === 4 && name.toLowerCase() === 'host') hosts.push(rawHeaders[i + 1] as string);
    if (name.length === 13 && name.toLowerCase() === 'authorization') credentials += 1;
  }
  return { hosts, credentials };
}
