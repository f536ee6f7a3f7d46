// A process with many connections to a server, none of which does as it should: `crowd.ts URL '{"says nothing":1000}'`.
import { connect, type Socket } from 'node:net';
import { tokenFor } from '../../support/api.ts';

/** What is printed again and again, a line of JSON each time. */
export interface CrowdReport {
  open: number;
  closed: number;
  /** How long the oldest has lived, in milliseconds, whether it is closed or open still. */
  longest: number;
  /** Why a connection could not be opened. */
  failure?: string;
}

const [, , url = '', groups = '{}'] = process.argv;
const { hostname, port } = new URL(url);

const idle = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
const head = `POST /api/alice/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor('alice')}\r\n`;
const body = `Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"title":"`;

const behaviours = {
  'is idle': (socket: Socket) => socket.write(idle),
  'says nothing': () => {},
  'never ends its header': (socket: Socket) => socket.write(head),
  'sends its header byte by byte': (socket: Socket) => {
    socket.write(`${head}X-Long: `);
    drip(socket);
  },
  'never ends its body': (socket: Socket) => socket.write(head + body),
  'sends its body byte by byte': (socket: Socket) => {
    socket.write(head + body);
    drip(socket);
  },
} satisfies Record<string, (socket: Socket) => void>;

export type Behaviour = keyof typeof behaviours;

/** What becomes of a connection for which the server's queue was too long: it is tried again. */
const queued: (string | undefined)[] = ['ETIMEDOUT', 'ECONNRESET'];

/** Since when each is open, the oldest first. */
const open = new Map<Socket, number>();
let closed = 0;
let longest = 0;
let failure: string | undefined;

/** It does not listen when it is refused: it goes on, faster then, until it notices that nobody is there any more. */
function drip(socket: Socket): void {
  const write = () => socket.write('x');
  let timer = setInterval(write, 1_000);
  socket.once('end', () => {
    clearInterval(timer);
    timer = setInterval(write, 100);
  });
  socket.once('close', () => clearInterval(timer));
}

/** A connection that behaves so, and when it is closed another one. */
function join(behaviour: Behaviour): void {
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: behaviour.endsWith('byte by byte') });
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (!open.has(socket) && !queued.includes(code)) failure = code; // one that is open is closed, which is what counts
  });
  socket.once('connect', () => {
    open.set(socket, performance.now());
    behaviours[behaviour](socket);
    socket.resume();
  });
  socket.once('close', () => {
    const age = performance.now() - (open.get(socket) ?? performance.now());
    longest = Math.max(longest, age);
    if (open.delete(socket)) closed += 1;
    waiting.push(behaviour);
  });
}

function tell(): void {
  const [oldest = performance.now()] = open.values();
  const told: CrowdReport = { open: open.size, closed, longest: Math.max(longest, performance.now() - oldest) };
  process.stdout.write(`${JSON.stringify({ ...told, failure })}\n`);
}

// What came from the command line was written by a test, with these names.
const waiting = Object.entries(JSON.parse(groups) as Record<Behaviour, number>).flatMap(([behaviour, number]) =>
  Array.from({ length: number }, () => behaviour as Behaviour),
);
setInterval(() => {
  for (const behaviour of waiting.splice(0, 50)) join(behaviour);
}, 20);
setInterval(tell, 100);
