// Entity tags of stored rows: the version of a row, and of its schema, in quotes (RFC 9110, section 8.8.3).
import { createHash } from 'node:crypto';

/** The `ETag` of a row at this version, as `OwnedRows` says it. */
export function entityTag(version: string): string {
  return `"${version}"`;
}

/** The `ETag` of a text that never changes while the server runs. */
export function textTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

/**
 * The versions of rows that `If-Match` accepts, under whatever schema they were read; undefined when it accepts any. A weak tag
 * matches nothing, since the comparison is strong (RFC 9110, section 13.1.1), and neither does a tag that was not made here.
 */
export function versionsIn(ifMatch: string | undefined): number[] | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  return [...ifMatch.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag = '']) => {
    const [, version] = /^([1-9]\d{0,14})(\.[\w-]{6})?$/.exec(tag) ?? [];
    return weak === undefined && version !== undefined ? Number(version) : [];
  });
}
