// The server as a process of its own, started as `npm start` starts it.
import { type ChildProcess, spawn } from 'node:child_process';
import { expect, onTestFinished } from 'vitest';

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  /** What it has printed so far. */
  stdout: string;
  stderr: string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Runs a script of the project; nothing of this process's settings reaches it. It ends with the test at the latest. */
export function run(script: string, args: string[], settings: Record<string, string | undefined>): ServerProcess {
  const server = launch(['--import', 'tsx', script, ...args], settings);
  onTestFinished(async () => {
    await server.stop('SIGKILL');
  });
  return server;
}

/** Starts the server and waits until it listens. @throws Error with what it printed when it ends before. */
export function startServer(settings: Record<string, string | undefined>): Promise<ServerProcess> {
  return listening(run('src/main.ts', [], settings));
}

/** Runs Node, or another program, with these arguments; `stderr`: a file descriptor to write to. Whoever calls this ends it. */
export function launch(
  args: string[],
  settings: Record<string, string | undefined>,
  { program = process.execPath, stderr = 'pipe' }: { program?: string; stderr?: number | 'pipe' } = {},
): ServerProcess {
  const environment = { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'warn', ...settings };
  const child = spawn(program, args, {
    env: environment as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', stderr],
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  const server: ServerProcess = { child, url: '', stdout: '', stderr: '', ended, stop };
  child.stdout?.on('data', (text) => {
    server.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    server.stderr += text;
  });
  function stop(signal: NodeJS.Signals = 'SIGTERM') {
    child.kill(signal);
    return ended;
  }
  return server;
}

/** Waits until a server listens. @throws Error with what it printed when it ends before. */
export async function listening(server: ServerProcess): Promise<ServerProcess> {
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (server.stdout.includes('listening on')) resolve();
    };
    look(); // it may have said so already
    server.child.stdout?.on('data', look);
    server.ended.then((code) => reject(new Error(`ended with ${code}: ${server.stderr}`)));
  });
  server.url = /listening on (\S+)/.exec(server.stdout)?.[1] ?? '';
  return server;
}

/** A token of `npm run token -- USER`, with these settings. */
export async function token(user: string, settings: Record<string, string>): Promise<string> {
  const command = run('src/cli/token.ts', [user], settings);
  expect(await command.ended).toBe(0);
  return command.stdout.trim();
}

/** The titles of a user's tasks, the newest first. */
export async function listTitles(url: string, user: string, bearer: string): Promise<string[]> {
  const reply = await fetch(`${url}/api/${user}/tasks`, { headers: { Authorization: `Bearer ${bearer}` } });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { title: string }[]).map(({ title }) => title);
}
