import { createLocalJWKSet, createRemoteJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { readFile } from 'node:fs/promises';
import type { AuthConfig } from '../configuration/auth-config.js';

// A token with an unknown key id makes us look again, but an attacker's must not make us look all the time.
const RELOAD_COOLDOWN_MS = 5_000;
const FETCH_TIMEOUT_MS = 3_000;

/** Finds the public key that a token names, from the issuer's URL or a file; both may rotate. */
export function openKeySet(keys: AuthConfig['keys']): JWTVerifyGetKey {
  if (keys.kind === 'url') {
    return createRemoteJWKSet(new URL(keys.url), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: RELOAD_COOLDOWN_MS,
    });
  }
  return fileKeySet(keys.path);
}

function fileKeySet(path: string): JWTVerifyGetKey {
  let current: Promise<JWTVerifyGetKey> | undefined;
  let loadedAt = 0;
  const load = (): Promise<JWTVerifyGetKey> => {
    loadedAt = Date.now();
    current = readFile(path, 'utf8').then((text) =>
      createLocalJWKSet(JSON.parse(text) as JSONWebKeySet),
    );
    // A read that failed must not be remembered as the answer.
    current.catch(() => (current = undefined));
    return current;
  };
  return async (header, token) => {
    const keySet = await (current ?? load());
    try {
      return await keySet(header, token);
    } catch (error) {
      const mayReload = Date.now() - loadedAt >= RELOAD_COOLDOWN_MS;
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayReload) throw error;
      return (await load())(header, token);
    }
  };
}
