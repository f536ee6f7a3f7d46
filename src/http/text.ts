// Sends a body of text. Node leaves it out where the request was HEAD.
import type { ServerResponse } from 'node:http';

export function sendText(res: ServerResponse, mediaType: string, text: string): void {
  res.setHeader('Content-Type', `${mediaType}; charset=utf-8`);
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(text);
}
