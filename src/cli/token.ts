// `npm run token -- alice` prints a token for Alice, signed with the secret that the server of this folder uses.
import { developmentToken } from '../auth/development-token.ts';
import { isPlainText } from '../auth/principal.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { command, readArguments } from './command.ts';

await command(() => {
  const { positionals } = readArguments(
    'npm run token -- USER_ID',
    { allowPositionals: true },
    ({ positionals }) => positionals.length === 1,
  );
  const user = positionals.join();
  if (!isPlainText(user, 255)) throw new Error('A user id has 1 to 255 characters, and no control characters');
  const { auth, production } = readConfig(readEnvironment());
  if (production) throw new Error('NODE_ENV is production: there, tokens come from the issuer alone');
  if ('jwksUrl' in auth) throw new Error('AUTH_JWKS_URL is set: tokens come from the issuer alone');
  process.stdout.write(`${developmentToken(auth, user)}\n`);
});
