// Brings the keys that the token issuer publishes (RFC 7517), and refuses every answer that is not plainly such a set.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';

const timeout = 3_000;
/** Some hundred keys. Counted after decompression. */
const maxBytes = 65_536;

/** @throws Error with one line that says why the answer is refused, and nothing of what stands in it. */
export async function fetchKeys(url: string): Promise<JSONWebKeySet> {
  // A redirect could leave https, or the issuer.
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { Accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the answer is ${response.status}, not 200`);
  }
  const { keys } = parse(await readText(response));
  return { keys: keys.filter(isSound) };
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the rest.
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): JSONWebKeySet {
  const set = parseJson(text);
  if (!isObject(set) || !Array.isArray(set['keys']) || !set['keys'].every(isObject)) {
    throw new Error('the answer is not a set of keys');
  }
  const keys: Record<string, unknown>[] = set['keys'];
  // Whoever publishes what can sign has lost it: these keys prove nothing about anybody any more.
  if (keys.some((key) => key['kty'] === 'oct' || ['d', 'k', 'priv'].some((member) => member in key))) {
    throw new Error('the answer holds a private or symmetric key');
  }
  // `isSound` and jose look at each member before they use it.
  return { keys: keys as unknown as JWK[] };
}

/** What `JSON.parse` throws quotes the text, and that may be anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
  }
}

/** A damaged, weak or unknown key is left out: it must not fail a request that names it. */
function isSound(jwk: JWK): boolean {
  try {
    if (jwk.key_ops?.some((operation) => operation !== 'verify')) return false;
    // Node checks the members itself, and throws.
    const { asymmetricKeyDetails } = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return (asymmetricKeyDetails?.modulusLength ?? Number.POSITIVE_INFINITY) >= 2048; // RFC 7518, section 3.3
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
