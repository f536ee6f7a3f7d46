// Chooses how tokens are verified: the settings decide, never the token.
import type { Logger } from 'pino';
import type { VerifyToken } from './principal.ts';
import type { AuthSettings } from './settings.ts';
import { sharedSecret } from './shared-secret.ts';

export async function tokenVerifier(auth: AuthSettings, log: Logger): Promise<VerifyToken> {
  if (!('jwksUrl' in auth)) return sharedSecret(auth);
  const { jwks } = await import('./jwks.ts'); // what is not used costs no time at start
  return jwks(auth, log);
}
