// The process: starts the server, says what to do next, and stops it on a signal.

import type { Logger } from 'pino';
import { developmentToken } from './auth/development-token.ts';
import { type Config, readConfig, readEnvironment } from './config.ts';
import { createLog } from './log.ts';
import { type RunningServer, start } from './server.ts';

/** How long running requests may take to finish, in milliseconds: the process has ended within 10 s. */
const stopTimeout = 9_000;

/** And the last lines of the log, after that. */
const logTimeout = 500;

let server: RunningServer | undefined;
let log: Logger | undefined;
stopOnSignal();
try {
  const config = readConfig(readEnvironment());
  log = createLog(config);
  server = await start(config, { log });
  const { url, metricsUrl } = server;
  process.stdout.on('error', () => {}); // what nobody can read is no reason not to serve; it is in the log, too
  const metrics = metricsUrl === undefined ? '' : `metrics on ${metricsUrl}\n`;
  process.stdout.write(`listening on ${url}\n${metrics}${config.production ? '' : nextSteps(config, url)}`);
} catch (error) {
  end(1, `${(error as Error).message}\n`);
}

/** npm passes a signal on to its shell, which ends without passing it on: the server would be left behind. */
function stopWithNpm(stop: () => unknown): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const { ppid } = process;
  const watch = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(watch);
    stop();
  }, 200).unref();
}

/**
 * The first signal lets running requests finish, a second one does not wait. During the start there are none to wait for; the first
 * process of a container would not hear of a signal that it does not listen to.
 */
function stopOnSignal(): void {
  let stopping = false;
  const cut = () => {
    log?.warn('stopped without waiting for running requests');
    end(1);
  };
  const stop = () => {
    if (server === undefined) return end(1);
    if (stopping) return cut();
    stopping = true;
    setTimeout(cut, stopTimeout).unref();
    server.stop().then(
      () => end(0),
      (error: Error) => end(1, `${error.message}\n`),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  stopWithNpm(() => stopping || stop());
}

/** Ends the process once the log is written, and then the last word. A log that nobody reads would hold up even an exit, for ever. */
function end(code: number, lastWord = ''): void {
  const exit: () => never = () => {
    process.stderr.write(lastWord);
    process.exit(code);
  };
  if (log === undefined) exit();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), logTimeout);
  log.flush(exit);
}

function nextSteps({ auth }: Config, url: string): string {
  const address = url.replace(/0\.0\.0\.0|\[::\]/, '127.0.0.1');
  const [hint, token] =
    'jwksUrl' in auth
      ? ['from the issuer of AUTH_JWKS_URL', '<token>']
      : ['npm run token -- alice', auth.local ? developmentToken(auth, 'alice') : '$(npm run --silent token -- alice)'];
  return `
  documentation   ${address}/docs
  try it          ${address}/docs/try
  a token         ${hint}
  a first task, as alice:

curl -i ${address}/api/alice/tasks \\
  -H "Authorization: Bearer ${token}" \\
  -H 'Content-Type: application/json' \\
  -d '{"title":"Buy milk"}'

`;
}
