import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@fusion-prime/kernel';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TokenRequest {
  scopes: readonly string[];
  subject?: string;
  audience: string | string[];
  /** Seconds; negative makes a token that has expired. */
  expiresInSeconds?: number;
}

export interface TestIssuer {
  issuer: string;
  /** Path of the public key set, for AUTH_JWKS_FILE. */
  jwksFile: string;
  /** Path of a token that every service takes from any other, for SERVICE_TOKEN_FILE. */
  serviceTokenFile: string;
  token(request: TokenRequest): Promise<string>;
}

/** A token issuer of its own for a test file: real keys, real signatures. */
export async function testIssuer(): Promise<TestIssuer> {
  const issuer = 'https://issuer.test';
  const kid = 'test-key';
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const folder = mkdtempSync(join(tmpdir(), 'fusion-prime-issuer-'));
  const jwksFile = join(folder, 'jwks.json');
  const serviceTokenFile = join(folder, 'service-token');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' };
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
  const token = ({ scopes, subject = 'tester', audience, expiresInSeconds = 3600 }: TokenRequest) =>
    new SignJWT({ scope: scopes.join(' ') })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
      .sign(privateKey);
  const scopes = SERVICE_NAMES.flatMap((name) =>
    ['events', 'read', 'write'].map((w) => `${name}:${w}`),
  );
  const everybody = { scopes, subject: 'service-under-test', audience: [...SERVICE_NAMES] };
  writeFileSync(serviceTokenFile, await token(everybody));
  return { issuer, jwksFile, serviceTokenFile, token };
}
