// A user who writes, one request after the other, and knows what must have become of each.
import { isDeepStrictEqual } from 'node:util';
import { tokenFor } from '../../support/api.ts';

/** What was answered, and when. */
export interface Answer {
  status: number;
  text: string;
  headers: Headers;
  /** When it was complete, and how long it took, in milliseconds. */
  at: number;
  ms: number;
}

type Tasks = ReadonlyMap<string, boolean>;

/** A write, and the user's tasks (title → completed) after it. */
interface Write {
  method: string;
  /** The title of the task that it is about; undefined for a new one. */
  title?: string;
  action?: 'complete';
  json?: { title: string };
  key?: string;
  after: Tasks;
}

let writers = 0;

export class Writer {
  readonly answers: Answer[] = [];
  /** What must not be: rows that nobody asked for, rows that are gone, answers that the contract does not have. */
  readonly breaches: string[] = [];
  /** How many of its writes were acknowledged. */
  acknowledged = 0;
  url: string;
  readonly #user: string;
  readonly #headers: Record<string, string>;
  #tasks: Tasks = new Map();
  #ids = new Map<string, number>();
  #turn = 0;
  #ended = false;

  constructor(url: string) {
    writers += 1;
    this.url = url;
    this.#user = `writer-${process.pid}-${writers}`;
    this.#headers = { Authorization: `Bearer ${tokenFor(this.#user)}`, 'Content-Type': 'application/json' };
  }

  /** Writes until told to end. What is in doubt after a failure is settled before the next write. */
  async run(): Promise<void> {
    while (!this.#ended) {
      const write = this.#next();
      if (!(await this.#done(write))) await this.#settle(write);
    }
  }

  end(): void {
    this.#ended = true;
  }

  /** New tasks, half of them with a key, that are changed, completed and removed again. */
  #next(): Write {
    this.#turn += 1;
    const { size } = this.#tasks;
    const [first, last] = [[...this.#tasks.keys()][0] ?? '', [...this.#tasks.keys()].at(-1) ?? ''];
    const title = `task ${this.#turn}`;
    const key = `${this.#user}-${this.#turn}`;
    switch (size < 3 ? this.#turn % 2 : this.#turn % 6) {
      case 0:
        return { method: 'POST', json: { title }, key, after: new Map([...this.#tasks, [title, false]]) };
      case 1:
        return { method: 'POST', json: { title }, after: new Map([...this.#tasks, [title, false]]) };
      case 2:
        return { method: 'PUT', title: last, json: { title }, after: this.#renamed(last, title) };
      case 3:
        return { method: 'PATCH', title: first, action: 'complete', after: this.#toggled(first) };
      default:
        return { method: 'DELETE', title: first, after: new Map([...this.#tasks].slice(1)) };
    }
  }

  #renamed(from: string, to: string): Tasks {
    return new Map([...this.#tasks].map(([title, completed]) => [title === from ? to : title, completed]));
  }

  #toggled(chosen: string): Tasks {
    return new Map([...this.#tasks].map(([title, completed]) => [title, title === chosen ? !completed : completed]));
  }

  /** Whether the write was acknowledged. */
  async #done({ method, title, action, json, key, after }: Write): Promise<boolean> {
    const path = title === undefined ? '' : `/${this.#ids.get(title)}${action === undefined ? '' : `/${action}`}`;
    const answer = await this.#send(method, path, json, key);
    if (answer === undefined || answer.status >= 300) return false;
    this.acknowledged += 1;
    this.#tasks = after;
    if (json !== undefined) this.#ids.set(json.title, JSON.parse(answer.text).id);
    return true;
  }

  /** With a key the write is sent again until it is done, and then it is done once. Without, it is done or it is not. */
  async #settle(write: Write): Promise<void> {
    const before = this.#tasks;
    if (write.key !== undefined) while (!(await this.#done(write))) await pause();
    let answer = await this.#send('GET', '?sort=created&order=asc&limit=100');
    while (answer?.status !== 200) {
      await pause();
      answer = await this.#send('GET', '?sort=created&order=asc&limit=100');
    }
    const rows: { id: number; title: string; completed: boolean }[] = JSON.parse(answer.text);
    this.#tasks = new Map(rows.map(({ title, completed }) => [title, completed]));
    this.#ids = new Map(rows.map(({ id, title }) => [title, id]));
    const possible = write.key === undefined ? [before, write.after] : [write.after];
    if (rows.length === this.#tasks.size && possible.some((tasks) => isDeepStrictEqual(tasks, this.#tasks))) return;
    this.breaches.push(`after ${JSON.stringify(write)} there is ${answer.text}, before ${JSON.stringify([...before])}`);
  }

  /** Undefined: nothing was answered. */
  async #send(method: string, path: string, json?: object, key?: string): Promise<Answer | undefined> {
    const begun = performance.now();
    try {
      const response = await fetch(`${this.url}/api/${this.#user}/tasks${path}`, {
        method,
        headers: { ...this.#headers, ...(key !== undefined && { 'Idempotency-Key': key }) },
        body: json === undefined ? null : JSON.stringify(json),
      });
      const text = await response.text();
      const at = performance.now();
      const answer = { status: response.status, headers: response.headers, text, at, ms: at - begun };
      this.answers.push(answer);
      return answer;
    } catch {
      return undefined;
    }
  }
}

/** A caller who was refused does not come back at once. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** Writers at work; `stop` waits until each has settled its last write. */
export function startWriters(url: string, number: number) {
  const crowd = Array.from({ length: number }, () => new Writer(url));
  const running = Promise.all(crowd.map((writer) => writer.run()));
  const answers = () => crowd.flatMap((writer) => writer.answers);
  return {
    answers,
    breaches: () => crowd.flatMap(({ breaches }) => breaches),
    acknowledged: () => crowd.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    /** The writers go on at another address. */
    moveTo(address: string) {
      for (const writer of crowd) writer.url = address;
    },
    async stop() {
      for (const writer of crowd) writer.end();
      await running;
    },
  };
}
