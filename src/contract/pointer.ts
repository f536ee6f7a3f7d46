// Places in a document: as a list of steps, and as a JSON Pointer (RFC 6901).

/** The steps from the root of a document to a place in it. */
export type JsonPath = readonly (string | number)[];

/** A path as a JSON Pointer: `/paths/~1notes/get`. */
export function pointerOf(path: JsonPath): string {
  return path.map((step) => `/${escapeStep(String(step))}`).join('');
}

/** A property name as a step of a JSON Pointer (section 3). */
export function escapeStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * The steps of a reference within the document, `#/components/schemas/Note`: those of its JSON Pointer, in which what no fragment may
 * hold is percent-encoded (section 6): `#/paths/~1notes~1%7Bid%7D`.
 */
export function stepsOf(reference: string): string[] {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .map((step) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step; // A percent sign that encodes nothing is one.
  }
}
