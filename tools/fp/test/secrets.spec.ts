import { afterAll, describe, expect, it } from '@jest/globals';
import { loadFleet } from '@fusion-prime/migrator/fleet';
import { spawnSync } from 'node:child_process';
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

const root = join(import.meta.dirname, '..', '..', '..');
const BIN = join(root, 'tools', 'fp', 'bin', 'fp.mjs');
const FLEET = join(root, 'migrations', 'fleet.yaml');
const parent = mkdtempSync(join(tmpdir(), 'fp-secrets-'));
const folder = join(parent, 'secrets');
afterAll(() => rmSync(parent, { recursive: true }));

function fp(args: string[], vars: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1', ...vars };
  return spawnSync(process.execPath, [BIN, ...args], { cwd: root, env, encoding: 'utf8' });
}

const create = (...args: string[]) =>
  fp(['secrets', 'create', '--folder', folder, '--server', 'postgres:5432', ...args]);
const secret = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');
const everything = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );

describe('the secrets of a platform on one machine', () => {
  it('are URLs that the fleet can be loaded from, two roles for each database', () => {
    expect(create()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^33 secrets/) });
    expect(Object.keys(everything())).toHaveLength(33);
    const urls = readdirSync(join(folder, 'fp')).filter((name) => name.endsWith('_URL'));
    const vars = Object.fromEntries(urls.map((name) => [`${name}_FILE`, join(folder, 'fp', name)]));
    const { databases } = loadFleet(FLEET, { NODE_ENV: 'development', ...vars });
    const users = databases.map(({ url, migrateUrl }) => [url?.user, migrateUrl?.user]);
    expect(users).toContainEqual(['risk_engine_app', 'risk_engine_owner']);
    expect(users.flat()).not.toContain(undefined);
  });

  it('give each service its own URL, and nothing that another one has but the public keys', () => {
    expect(secret('settlement', 'database_url')).toBe(secret('fp', 'SETTLEMENT_DATABASE_URL'));
    expect(readdirSync(join(folder, 'settlement'))).toEqual([
      'cursor.key',
      'database_url',
      'jwks.json',
      'service.token',
      'webhook.key',
    ]);
    expect(readdirSync(join(folder, 'alert'))).toEqual(['cursor.key', 'database_url', 'jwks.json']);
    const passwords = Object.values(everything()).flatMap((text) => /:([^:@/]+)@/.exec(text) ?? []);
    expect(new Set(passwords).size).toBeGreaterThan(10);
    expect(secret('settlement', 'jwks.json')).toBe(secret('alert', 'jwks.json'));
    expect(secret('settlement', 'jwks.json')).not.toContain('"d"');
  });

  it('are readable by their owner only, but for what the server reads as another user', () => {
    const modes = Object.keys(everything()).map((file) => [file, statSync(file).mode & 0o077]);
    const open = modes.filter(([, others]) => others !== 0).map(([file]) => file);
    const meant = ['postgres/password', 'fp/issuer', 'fp/jwks.json'].map((at) => join(folder, at));
    expect(open.sort()).toEqual(meant.sort());
  });

  it('are made once: another run changes nothing', () => {
    const before = everything();
    expect(create().status).toBe(0);
    expect(everything()).toEqual(before);
  });

  it('hold a token for each service that calls others, for those and what it does there', () => {
    const claimsOf = (service: string): unknown => {
      const [, claims = ''] = secret(service, 'service.token').split('.');
      return JSON.parse(Buffer.from(claims, 'base64url').toString());
    };
    expect(claimsOf('settlement')).toMatchObject({
      sub: 'settlement',
      aud: ['alert', 'compliance'],
      scope: 'alert:events compliance:write',
    });
    expect(claimsOf('compliance')).toMatchObject({
      aud: ['settlement', 'alert'],
      scope: 'settlement:events alert:events',
    });
  });

  it.each([
    ['signed with a key that is gone', () => rmSync(join(folder, 'fp', 'issuer.jwk.json'))],
    ['no token at all', () => writeFileSync(join(folder, 'compliance', 'service.token'), 'x.y.z')],
  ])('have a token renewed that is %s', (_what, spoil) => {
    const before = secret('compliance', 'service.token');
    spoil();
    expect(create().status).toBe(0);
    expect(secret('compliance', 'service.token')).not.toBe(before);
    const again = secret('compliance', 'service.token');
    expect(create().status).toBe(0);
    expect(secret('compliance', 'service.token')).toBe(again);
  });

  it('come back new when one is removed, wherever it stands', () => {
    const before = secret('alert', 'database_url');
    rmSync(join(folder, 'fp', 'ALERT_DATABASE_URL'));
    expect(create().status).toBe(0);
    expect(secret('alert', 'database_url')).not.toBe(before);
    expect(secret('alert', 'database_url')).toBe(secret('fp', 'ALERT_DATABASE_URL'));
  });

  it('may be a password that a person chose, whatever is in it', () => {
    const own = join(parent, 'own');
    mkdirSync(join(own, 'postgres'), { recursive: true });
    writeFileSync(join(own, 'postgres', 'password'), 'p@ss/word#1\n');
    expect(fp(['secrets', 'create', '--folder', own, '--server', 'postgres:5432']).status).toBe(0);
    const url = new URL(readFileSync(join(own, 'postgres', 'admin_url'), 'utf8'));
    expect([decodeURIComponent(url.password), url.host]).toEqual(['p@ss/word#1', 'postgres:5432']);
  });

  it('sign tokens, where FP_ISSUER_FOLDER says that the issuer is', () => {
    const vars = { FP_ISSUER_FOLDER: join(folder, 'fp') };
    const { status, stdout } = fp(['token', '--scope', 'alert:read'], vars);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it('need one role where a fleet has one', () => {
    const fleet = join(parent, 'fleet.yaml');
    const entry = '{ name: one, database: one_db, url: ONE_URL, migrations: ./one }';
    writeFileSync(fleet, `version: 1\ndatabases:\n  - ${entry}\n`);
    const alone = join(parent, 'alone');
    const args = ['--folder', alone, '--server', 'db', '--fleet', fleet, '--json'];
    expect(JSON.parse(fp(['secrets', 'create', ...args]).stdout)).toMatchObject({ files: 9 });
    expect(readFileSync(join(alone, 'fp', 'ONE_URL'), 'utf8')).toMatch(
      /^postgresql:\/\/one_owner:[\w-]{32}@db\/one_db$/,
    );
  });

  it.each([
    ['--server', 'postgres:5432/db'],
    ['--server', 'user@postgres'],
    ['--administrator', 'post gres'],
  ])('are refused with %s %j', (...args) => {
    const { status, stderr } = create(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(`USAGE ${args[0]}`);
  });
});
