// Entity tags of stored rows: the version of a row in quotes (RFC 9110, section 8.8.3).
import { createHash } from 'node:crypto';

/** The `ETag` of a row at this version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** The `ETag` of a text that never changes while the server runs. */
export function textTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

/**
 * The versions that `If-Match` accepts; undefined when it accepts any. A weak tag matches nothing, since the comparison
 * is strong (RFC 9110, section 13.1.1), and neither does a tag that was not made here.
 */
export function versionsIn(ifMatch: string | undefined): number[] | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  return [...ifMatch.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag = '']) =>
    weak === undefined && /^[1-9]\d{0,14}$/.test(tag) ? Number(tag) : [],
  );
}
