// Where something stands in the contract, as people and editors name places: `openapi.yaml:12`.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Document } from '../../contract/document.ts';
import { type JsonPath, stepsOf } from '../../contract/pointer.ts';
import { assertValid, InvalidContract } from '../../contract/valid/valid.ts';

/** Names the line of a path in the contract: that of its last step that is there. */
export function placesIn(source: string): (path: JsonPath) => string {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(source, { lineCounter });
  return (path) => `openapi.yaml:${lineCounter.linePos(offsetOf(contents, path)).line}`;
}

/** @throws Error with the line of each place that is not valid, as `assertValid` finds it. */
export async function assertValidLines(source: string, document: Document): Promise<void> {
  try {
    await assertValid(document);
  } catch (error) {
    if (!(error instanceof InvalidContract)) throw error;
    const placeOf = placesIn(source);
    const lines = error.complaints.map((complaint) => {
      const [pointer = ''] = complaint.split(' ', 1);
      return `${placeOf(pointer.startsWith('/') ? stepsOf(`#${pointer}`) : [])}: ${complaint}`;
    });
    throw new Error(lines.join('\n'));
  }
}

function offsetOf(root: Node | null, path: JsonPath): number {
  let [node, offset]: [unknown, number] = [root, root?.range?.[0] ?? 0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!isScalar(pair?.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}
