// The process: starts the server, says what to do next, and stops it on a signal.

import { developmentToken } from './auth/development-token.ts';
import { type Config, readConfig, readEnvironment } from './config.ts';
import { type RunningServer, start } from './server.ts';

/** How long running requests may take to finish, in milliseconds: the process has ended within 10 s. */
const patience = 9_000;

try {
  const config = readConfig(readEnvironment());
  const server = await start(config);
  stopOnSignal(server);
  process.stdout.write(`listening on ${server.url}\n${config.production ? '' : nextSteps(config, server.url)}`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

/** The first signal lets running requests finish, a second one does not wait. */
function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), patience).unref();
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}

function nextSteps({ auth }: Config, url: string): string {
  const address = url.replace(/0\.0\.0\.0|\[::\]/, '127.0.0.1');
  const issuedElsewhere = 'jwksUrl' in auth;
  return `
  documentation   ${address}/docs
  try it          ${address}/docs/try
  a token         ${issuedElsewhere ? 'from the issuer of AUTH_JWKS_URL' : 'npm run token -- alice'}
  a first task, as alice:

curl -i ${address}/api/alice/tasks \\
  -H 'Authorization: Bearer ${issuedElsewhere ? '<token>' : developmentToken(auth, 'alice')}' \\
  -H 'Content-Type: application/json' \\
  -d '{"title":"Buy milk"}'

`;
}
