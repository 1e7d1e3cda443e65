import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  token(request: TokenRequest): Promise<string>;
}

/** A token issuer of its own for a test file: real keys, real signatures. */
export async function testIssuer(): Promise<TestIssuer> {
  const issuer = 'https://issuer.test';
  const kid = 'test-key';
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwksFile = join(mkdtempSync(join(tmpdir(), 'fusion-prime-issuer-')), 'jwks.json');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' };
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }));
  return {
    issuer,
    jwksFile,
    token: ({ scopes, subject = 'tester', audience, expiresInSeconds = 3600 }) =>
      new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
        .sign(privateKey),
  };
}
