import { afterEach, describe, expect, it } from '@jest/globals';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureIssuer, mintToken } from '../issuer.js';
import { keepSecret, READABLE } from './write-secret.js';

const folder = mkdtempSync(join(tmpdir(), 'fp-secret-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});
const file = join(folder, 'secret');

describe('a secret', () => {
  it('is the same for two programs that make it at the same moment', () => {
    const mine = keepSecret(file, () => {
      expect(keepSecret(file, () => 'theirs')).toBe('theirs');
      return 'mine';
    });
    expect([mine, readFileSync(file, 'utf8')]).toEqual(['theirs', 'theirs']);
    expect(readdirSync(folder)).toEqual(['secret']);
  });

  it('that others shall read may be read by them, whatever the umask takes away', () => {
    const before = process.umask(0o077);
    try {
      keepSecret(file, () => 'new', READABLE);
    } finally {
      process.umask(before);
    }
    expect(statSync(file).mode & 0o777).toBe(READABLE);
  });

  it('is refused with SECRET_EMPTY where its file is there and holds nothing', () => {
    writeFileSync(file, '\n');
    expect(() => keepSecret(file, () => 'new')).toThrow(
      expect.objectContaining({ code: 'SECRET_EMPTY', message: expect.stringContaining(file) }),
    );
  });

  it('that a person typed ends before the end of its line', () => {
    writeFileSync(file, 'typed\n');
    expect(keepSecret(file, () => 'new')).toBe('typed');
  });
});

describe('an issuer', () => {
  const signs = async (): Promise<string> => {
    const request = { scopes: ['alert:read'], audience: ['alert'], subject: 'me' };
    const token = await mintToken(folder, { ...request, expiresInSeconds: 60 });
    return (
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }
    ).kid;
  };
  const published = (): unknown =>
    (JSON.parse(readFileSync(join(folder, 'jwks.json'), 'utf8')) as { keys: object[] }).keys;

  it('has one key pair, however many programs make it at the same moment', async () => {
    await Promise.all([ensureIssuer(folder), ensureIssuer(folder), ensureIssuer(folder)]);
    expect(published()).toEqual([expect.objectContaining({ kid: await signs() })]);
  });

  it.each(['issuer', 'jwks.json'])('gets its %s again, which a kill -9 left out', async (name) => {
    await ensureIssuer(folder);
    const kid = await signs();
    rmSync(join(folder, name));
    await ensureIssuer(folder);
    expect(await signs()).toBe(kid);
    expect(published()).toEqual([expect.objectContaining({ kid })]);
    expect(JSON.stringify(published())).not.toContain('"d"');
  });
});
