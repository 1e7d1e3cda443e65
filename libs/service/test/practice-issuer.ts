import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ISSUER = 'https://issuer.practice';

/** What a service of its own needs besides: where its listeners are, and the token they are shown. */
export function outboundVariables(issuer: PracticeIssuer): Record<string, string> {
  return { ALERT_URL: 'http://127.0.0.1:1', SERVICE_TOKEN_FILE: issuer.jwksFile };
}

export interface Claims {
  scope?: string;
  /** Anything, because an issuer may sign anything. */
  sub?: unknown;
  iss?: string;
  aud?: string;
  /** Seconds from now; null leaves `exp` out. */
  exp?: number | null;
}

/** An issuer with real keys, whose tokens can be wrong in every way a test needs. */
export class PracticeIssuer {
  readonly jwksFile = join(mkdtempSync(join(tmpdir(), 'practice-issuer-')), 'jwks.json');
  private keys: Awaited<ReturnType<typeof generateKeyPair>>[] = [];

  static async create(): Promise<PracticeIssuer> {
    const issuer = new PracticeIssuer();
    await issuer.rotate();
    return issuer;
  }

  /** From now on tokens are signed with a new key; the file has that one only. */
  async rotate(): Promise<void> {
    const pair = await generateKeyPair('EdDSA', { extractable: true });
    this.keys.push(pair);
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: this.keyId, alg: 'EdDSA', use: 'sig' };
    writeFileSync(this.jwksFile, JSON.stringify({ keys: [jwk] }));
  }

  token({
    scope = '',
    sub = 'alice',
    iss = ISSUER,
    aud = 'settlement',
    exp = 3_600,
  }: Claims = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims: object = { scope, iss, sub, aud, ...(exp !== null && { exp: now + exp }) };
    const jwt = new SignJWT(claims as JWTPayload);
    return jwt
      .setProtectedHeader({ alg: 'EdDSA', kid: this.keyId })
      .sign(this.keys.at(-1)!.privateKey);
  }

  private get keyId(): string {
    return `key-${String(this.keys.length)}`;
  }
}
