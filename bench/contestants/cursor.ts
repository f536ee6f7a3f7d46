// The position of a page in the order of creation, as opaque text.
import { Refusal } from './problem.ts';

export function writeCursor({ created_at, id }: { created_at: Date; id: number }): string {
  return Buffer.from(JSON.stringify([created_at, id])).toString('base64url');
}

export function readCursor(text: string): [string, number] {
  try {
    const position: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(position)) {
      const [moment, id] = position;
      if (!Number.isNaN(Date.parse(moment)) && Number.isSafeInteger(id)) return [moment, id];
    }
  } catch {
    // Not JSON: as foreign as any other.
  }
  throw new Refusal(400, 'This cursor was not made by this server.');
}
