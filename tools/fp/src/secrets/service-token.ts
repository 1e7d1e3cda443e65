import { existsSync, readFileSync } from 'node:fs';
import { callsOf } from '@fusion-prime/contracts';
import type { ServiceName } from '@fusion-prime/kernel';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { keyIdOf, mintToken } from '../issuer.js';
import { writeSecret } from './write-secret.js';

// For one machine, where who reads the token could as well read the issuer's key beside it.
const LIFE_S = 365 * 86_400;

/**
 * A token of the local issuer for a service's calls to others: its audiences are those that it calls, its
 * scopes what it may do there.
 *
 * @returns undefined for a service that calls nobody
 */
export async function mintServiceToken(
  issuerFolder: string,
  service: ServiceName,
): Promise<string | undefined> {
  const calls = callsOf(service);
  if (calls.length === 0) return undefined;
  return mintToken(issuerFolder, {
    scopes: calls.map(({ scope }) => scope),
    audience: [...new Set(calls.map((call) => call.service))],
    subject: service,
    expiresInSeconds: LIFE_S,
  });
}

/**
 * Writes the service's token unless the one that is there says the same, of the same key, for half of its
 * life at least. A service reads its file again, so it need not be told.
 *
 * @returns how many files it has: one, or none
 */
export async function keepServiceToken(
  file: string,
  issuerFolder: string,
  service: ServiceName,
): Promise<number> {
  const fresh = await mintServiceToken(issuerFolder, service);
  if (fresh === undefined) return 0;
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (!isGood(kept, fresh, keyIdOf(issuerFolder))) writeSecret({ file, text: fresh });
  return 1;
}

function isGood(kept: string, fresh: string, keyId: string | undefined): boolean {
  try {
    const [have, want] = [decodeJwt(kept), decodeJwt(fresh)];
    const left = (have.exp ?? 0) - Date.now() / 1_000;
    const says = ({ iss, sub, aud, scope }: typeof have): string =>
      JSON.stringify([iss, sub, aud, scope]);
    return (
      left > LIFE_S / 2 && decodeProtectedHeader(kept).kid === keyId && says(have) === says(want)
    );
  } catch {
    return false;
  }
}
