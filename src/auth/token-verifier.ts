// Chooses how tokens are verified: the settings decide, never the token.
import type { Logger } from 'pino';
import { jwks } from './jwks.ts';
import type { VerifyToken } from './principal.ts';
import type { AuthSettings } from './settings.ts';
import { sharedSecret } from './shared-secret.ts';

export function tokenVerifier(auth: AuthSettings, log: Logger): VerifyToken {
  return 'jwksUrl' in auth ? jwks(auth, log) : sharedSecret(auth);
}
