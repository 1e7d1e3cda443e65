import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';

/** The token issuer of one checkout: for a laptop, never for production. */
export interface LocalIssuer {
  /** What AUTH_ISSUER must say. */
  issuer: string;
  /** What AUTH_JWKS_FILE must name. */
  jwksFile: string;
}

export interface TokenRequest {
  /** e.g. `settlement:read` */
  scopes: readonly string[];
  audience: readonly string[];
  subject: string;
  expiresInSeconds: number;
}

const PRIVATE_KEY = 'issuer.jwk.json';
const PUBLIC_KEYS = 'jwks.json';
const NAME = 'issuer';
const LOCAL_ISSUER = 'https://issuer.fusion-prime.localhost';
const ALGORITHM = 'EdDSA';

/**
 * Makes the local issuer's keys when there are none: an Ed25519 pair, the private half readable by its
 * owner only. Whoever has this folder can speak for anybody, on this machine alone.
 *
 * @param folder `.data/auth` of the checkout
 */
export async function ensureIssuer(folder: string): Promise<LocalIssuer> {
  if (!existsSync(join(folder, PRIVATE_KEY))) await createIssuer(folder);
  return readIssuer(folder);
}

async function createIssuer(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const known = { kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
  const publicJwk = { ...(await exportJWK(publicKey)), ...known };
  // The private key last: its file says that the other two are there.
  writeFileSync(join(folder, NAME), `${LOCAL_ISSUER}\n`);
  writeFileSync(join(folder, PUBLIC_KEYS), `${JSON.stringify({ keys: [publicJwk] }, null, 2)}\n`);
  const privateJwk = { ...(await exportJWK(privateKey)), ...known };
  writeFileSync(join(folder, PRIVATE_KEY), JSON.stringify(privateJwk), { mode: 0o600 });
}

function readIssuer(folder: string): LocalIssuer {
  const issuer = readFileSync(join(folder, NAME), 'utf8').trim();
  return { issuer, jwksFile: join(folder, PUBLIC_KEYS) };
}

export function hasIssuer(folder: string): boolean {
  return existsSync(join(folder, PRIVATE_KEY)) && existsSync(join(folder, NAME));
}

/**
 * Signs a token of the local issuer.
 *
 * @throws {Error} when the folder holds no key: {@link ensureIssuer} makes it
 * @example await mintToken('.data/auth', { scopes: ['settlement:read'], audience: ['settlement'], subject: 'me', expiresInSeconds: 900 })
 */
export async function mintToken(folder: string, request: TokenRequest): Promise<string> {
  const jwk = JSON.parse(readFileSync(join(folder, PRIVATE_KEY), 'utf8')) as JWK;
  const { audience, scopes, subject, expiresInSeconds } = request;
  const [only] = audience;
  return new SignJWT({ scope: scopes.join(' ') })
    .setProtectedHeader({
      alg: ALGORITHM,
      typ: 'JWT',
      ...(jwk.kid !== undefined && { kid: jwk.kid }),
    })
    .setIssuer(readIssuer(folder).issuer)
    .setSubject(subject)
    .setAudience(audience.length === 1 && only !== undefined ? only : [...audience])
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresInSeconds)
    .sign(await importJWK(jwk, ALGORITHM));
}
