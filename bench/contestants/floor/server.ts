// The floor: what the six operations cost when they are written by hand on node:http and pg, and nothing else is done.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { callerOf } from '../caller.ts';
import { serve } from '../listen.ts';
import { asRefusal, problemBody, Refusal } from '../problem.ts';
import { create, find, list, remove, type TaskRow, toggle, update } from '../rows.ts';
import { readId, readList, readTask } from './checks.ts';

const largest = 100 * 1024;
const address = /^\/api\/([^/?]+)\/tasks(?:\/([^/?]+)(\/complete)?)?(?:\?(.*))?$/;

serve(
  createServer((req, res) => {
    const id = req.headers['x-request-id'] ?? randomUUID();
    res.setHeader('X-Request-Id', id);
    answer(req, res).catch((error) => refuse(res, asRefusal(error), String(id)));
  }),
);

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const [url, user, id, complete, query = ''] = address.exec(req.url ?? '') ?? [];
  if (url === undefined || user === undefined) throw new Refusal(404, 'There is nothing at this address.');
  const owner = callerOf(req.headers.authorization, decodeURIComponent(user));
  switch (`${req.method} ${id === undefined ? 'list' : complete === undefined ? 'item' : 'complete'}`) {
    case 'GET list': {
      const { rows, next } = await list(owner, readList(query));
      if (next !== undefined) res.setHeader('Link', nextLink(url, query, next));
      return send(res, 200, JSON.stringify(rows.map(withoutVersion)));
    }
    case 'POST list': {
      const row = await create(owner, readTask(await readJson(req), { creates: true }));
      return sendRow(res.setHeader('Location', `${url.split('?')[0]}/${row.id}`), 201, row);
    }
    case 'GET item':
      return sendRow(res, 200, await find(owner, readId(String(id))));
    case 'PUT item':
      return sendRow(
        res,
        200,
        await update(owner, readId(String(id)), readTask(await readJson(req), { creates: false })),
      );
    case 'PATCH complete':
      return sendRow(res, 200, await toggle(owner, readId(String(id))));
    case 'DELETE item':
      await remove(owner, readId(String(id)));
      res.writeHead(204).end();
      return;
    default:
      throw new Refusal(404, 'There is nothing at this address.');
  }
}

function withoutVersion({ version, ...task }: TaskRow): object {
  return task;
}

function sendRow(res: ServerResponse, status: number, row: TaskRow): void {
  res.setHeader('ETag', `"${row.version}"`);
  send(res, status, JSON.stringify(withoutVersion(row)));
}

function send(res: ServerResponse, status: number, json: string, type = 'application/json; charset=utf-8'): void {
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(json) }).end(json);
}

function refuse(res: ServerResponse, refusal: Refusal, id: string): void {
  if (refusal.status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  send(res, refusal.status, JSON.stringify(problemBody(refusal, id)), 'application/problem+json; charset=utf-8');
}

function nextLink(url: string, query: string, cursor: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${url.split('?')[0]}?${parameters}>; rel="next"`;
}

function readJson(req: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) throw new Refusal(415, 'Send JSON.');
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    req.on('error', reject);
    req.on('data', (part) => {
      size += part.length;
      if (size > largest) reject(new Refusal(413, `The body is larger than ${largest} bytes.`));
      else parts.push(part);
    });
    req.on('end', () => {
      try {
        resolve(JSON.parse(Buffer.concat(parts).toString()));
      } catch {
        reject(new Refusal(400, 'The body is not readable as JSON.'));
      }
    });
  });
}
