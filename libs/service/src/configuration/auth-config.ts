import type { Environment } from '@fusion-prime/kernel';

/** Whose tokens are believed, and for whom they must be meant. */
export interface AuthConfig {
  issuer: string;
  audience: string;
  keys: { kind: 'file'; path: string } | { kind: 'url'; url: string };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * There is no unauthenticated mode: an issuer and exactly one source of its public keys are demanded.
 * A JWKS file is read and checked now, because a key file that cannot be used would refuse every request.
 */
export function readAuthConfig(env: Environment, service: string): AuthConfig {
  const issuer = env.requiredText('AUTH_ISSUER', 'the `iss` of the tokens to accept');
  const audience = env.text('AUTH_AUDIENCE', { default: service }) ?? service;
  return { issuer, audience, keys: readKeySource(env) };
}

function readKeySource(env: Environment): AuthConfig['keys'] {
  const oneOf = ['AUTH_JWKS_FILE', 'AUTH_JWKS_URL'];
  const path = env.text('AUTH_JWKS_FILE', { form: 'file', oneOf });
  const url = env.text('AUTH_JWKS_URL', { oneOf });
  if (path !== undefined && url !== undefined) {
    env.problem(
      'CFG_CONFLICT',
      'AUTH_JWKS_FILE',
      'is set together with AUTH_JWKS_URL',
      'set one of them',
    );
  }
  if (path !== undefined) {
    checkKeyFile(env, path);
    return { kind: 'file', path };
  }
  if (url !== undefined) {
    checkKeyUrl(env, url);
    return { kind: 'url', url };
  }
  if (env.raw('AUTH_JWKS_FILE') === undefined && env.raw('AUTH_JWKS_URL') === undefined) {
    env.problem(
      'CFG_MISSING',
      'AUTH_JWKS_URL',
      'neither AUTH_JWKS_URL nor AUTH_JWKS_FILE is set',
      'the address, or a file, of the issuer’s JWKS document',
    );
  }
  return { kind: 'file', path: '' };
}

function checkKeyFile(env: Environment, path: string): void {
  let text: string;
  try {
    text = env.readFile(path);
  } catch {
    env.problem('CFG_FILE_UNREADABLE', 'AUTH_JWKS_FILE', 'cannot be read', 'a readable JWKS file');
    return;
  }
  if (publicKeysOf(text) > 0) return;
  env.problem(
    'AUTH_JWKS_INVALID',
    'AUTH_JWKS_FILE',
    'is not a JWKS document with at least one public key',
    '{"keys":[{"kty":"OKP",…}]}',
  );
}

/** How many usable keys a JWKS text has; 0 when it is not one, or gives a private key away. */
export function publicKeysOf(text: string): number {
  try {
    const keys: unknown = (JSON.parse(text) as { keys?: unknown } | null)?.keys;
    if (!Array.isArray(keys)) return 0;
    const all = keys as Record<string, unknown>[];
    if (all.some((key) => key['d'] !== undefined)) return 0;
    return all.filter((key) => typeof key['kty'] === 'string').length;
  } catch {
    return 0;
  }
}

// Keys fetched over plain HTTP can be replaced on the way; on this machine there is no way to sit in.
function checkKeyUrl(env: Environment, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:') return;
  if (url?.protocol === 'http:' && LOOPBACK.has(url.hostname)) return;
  env.problem(
    'AUTH_JWKS_URL_INVALID',
    'AUTH_JWKS_URL',
    'is not an https URL',
    'https://issuer/jwks.json',
  );
}
