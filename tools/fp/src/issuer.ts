import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { keepSecret, READABLE, writeSecret } from './secrets/write-secret.js';

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
 * owner only. Whoever has this folder can speak for anybody, on this machine alone. The private key is made
 * once, and what is public follows from it: whatever a kill -9 left out is made up for by the next start.
 *
 * @param folder `.data/auth` of the checkout
 */
export async function ensureIssuer(folder: string): Promise<LocalIssuer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, PRIVATE_KEY);
  const made = existsSync(file) ? '' : await newPrivateKey();
  const privateJwk = JSON.parse(keepSecret(file, () => made)) as JWK;
  writeSecret({ file: join(folder, PUBLIC_KEYS), text: publicKeysOf(privateJwk), mode: READABLE });
  writeSecret({ file: join(folder, NAME), text: `${LOCAL_ISSUER}\n`, mode: READABLE });
  return readIssuer(folder);
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const known = { kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
  return JSON.stringify({ ...(await exportJWK(privateKey)), ...known });
}

function publicKeysOf(privateJwk: JWK): string {
  const publicJwk = { ...privateJwk };
  delete publicJwk.d;
  return `${JSON.stringify({ keys: [publicJwk] }, null, 2)}\n`;
}

function readIssuer(folder: string): LocalIssuer {
  const issuer = readFileSync(join(folder, NAME), 'utf8').trim();
  return { issuer, jwksFile: join(folder, PUBLIC_KEYS) };
}

export function hasIssuer(folder: string): boolean {
  return existsSync(join(folder, PRIVATE_KEY)) && existsSync(join(folder, NAME));
}

function privateKeyIn(folder: string): JWK {
  return JSON.parse(readFileSync(join(folder, PRIVATE_KEY), 'utf8')) as JWK;
}

/** Of the key that signs. */
export function keyIdOf(folder: string): string | undefined {
  return privateKeyIn(folder).kid;
}

/**
 * Signs a token of the local issuer.
 *
 * @throws {Error} when the folder holds no key: {@link ensureIssuer} makes it
 * @example await mintToken('.data/auth', { scopes: ['settlement:read'], audience: ['settlement'], subject: 'me', expiresInSeconds: 900 })
 */
export async function mintToken(folder: string, request: TokenRequest): Promise<string> {
  const jwk = privateKeyIn(folder);
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
