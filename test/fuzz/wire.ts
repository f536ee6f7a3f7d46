// HTTP written and read by hand: a fuzzer has to send what no client would, byte for byte.
import { connect, type Socket } from 'node:net';

/** A request as it is to be written; `Host` and `Content-Length` are added by `bytesOf`. */
export interface Message {
  method: string;
  /** Path and query as they stand in the request line. */
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: Buffer | undefined;
}

export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** How long it took, in milliseconds. */
  ms: number;
}

/** How long a request may look unfinished before the writer says that nothing more will come, in milliseconds. */
const timeout = 500;

/** How long a connection is kept for the next request, in milliseconds: shorter than the server keeps it. */
const keepAlive = 30_000;

export function bytesOf({ method, target, headers, body }: Message): Buffer {
  const length = body === undefined ? [] : [['Content-Length', String(body.length)]];
  const lines = [['Host', 'fuzz'], ...headers, ...length].map(([name, value]) => `${name}: ${value}`);
  const head = Buffer.from([`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1');
  return body === undefined ? head : Buffer.concat([head, body]);
}

/** Connections to one server; they are kept and used again, unless a request asks for one of its own. */
export class Wire {
  readonly #port: number;
  readonly #host: string;
  readonly #idle: { socket: Socket; since: number }[] = [];

  constructor(url: string) {
    const { port, hostname } = new URL(url);
    this.#port = Number(port);
    this.#host = hostname;
  }

  async send(message: Message): Promise<WireAnswer> {
    const socket = this.#kept() ?? (await this.#open());
    const answer = await exchange(socket, bytesOf(message), message.method === 'HEAD');
    if (answer === undefined) throw new Error('the connection was closed without an answer');
    if (answer.headers.get('connection') === 'close' || socket.destroyed) socket.destroy();
    else this.#idle.push({ socket, since: performance.now() });
    return answer;
  }

  /** Bytes that may be no request at all. Undefined: they were no whole request, and nobody waited for the rest. */
  async sendBytes(bytes: Buffer): Promise<WireAnswer | undefined> {
    const socket = await this.#open();
    const end = setTimeout(() => socket.end(), timeout);
    const answer = await exchange(socket, bytes, bytes.subarray(0, 5).toString() === 'HEAD ');
    clearTimeout(end);
    socket.destroy();
    return answer;
  }

  close(): void {
    for (const { socket } of this.#idle) socket.destroy();
  }

  /** The connection that was used last; those before it have waited longer. */
  #kept(): Socket | undefined {
    const last = this.#idle.pop();
    if (last === undefined || performance.now() - last.since < keepAlive) return last?.socket;
    this.close();
    this.#idle.length = 0;
    last.socket.destroy();
    return undefined;
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: this.#host, noDelay: true }, () => resolve(socket));
      socket.on('error', reject); // once it is connected, 'close' says all that is to be known
    });
  }
}

/** Undefined: the connection ended without an answer. */
function exchange(socket: Socket, bytes: Buffer, head: boolean): Promise<WireAnswer | undefined> {
  const start = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const settle = (answer: WireAnswer | undefined) => {
      socket.removeAllListeners('data').removeAllListeners('close');
      resolve(answer);
    };
    socket.once('close', () => settle(undefined));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = readAnswer(Buffer.concat(chunks), head);
      if (answer !== undefined) settle({ ...answer, ms: performance.now() - start });
    });
    socket.write(bytes);
  });
}

/** Undefined while it is not there in full. */
function readAnswer(bytes: Buffer, head: boolean): Omit<WireAnswer, 'ms'> | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  if (status < 200) return readAnswer(bytes.subarray(end + 4), head);
  const headers = new Headers();
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim());
  const empty = head || status === 204 || status === 304;
  const length = empty ? 0 : Number(headers.get('content-length') ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`the answer does not say its length: ${statusLine}`);
  const body = bytes.subarray(end + 4);
  if (body.length < length) return undefined;
  return { status, headers, text: body.subarray(0, length).toString() };
}
