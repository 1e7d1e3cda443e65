import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@fusion-prime/kernel';
import {
  checkoutRoot,
  emptyDatabase,
  eventually,
  testDatabase,
  testIssuer,
  testVariables,
  type TestDatabase,
  type TestIssuer,
} from '@fusion-prime/testing';
import { fpIn, type Answer } from './fp-process.js';
import { watchedService, type WatchedService } from './watched-service.js';

interface Verified {
  name: string;
  checks: { name: string; ok: boolean; code: string | null; detail: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'fp-verify-'));
const fp = fpIn(folder);
const fleet = join(checkoutRoot(), 'migrations', 'fleet.yaml');
const KILL = `kill -9 "$(cat "${folder}/$FP_SERVICE.pid")"`;
const urls: Record<string, string> = {};
const services = new Map<ServiceName, WatchedService>();
let issuer: TestIssuer;
let token: string;

beforeAll(async () => {
  issuer = await testIssuer();
  token = await tokenFor(SERVICE_NAMES.map((name) => `${name}:admin`));
  await Promise.all(
    SERVICE_NAMES.map(async (name) => start(name, [await environment(await testDatabase(name))])),
  );
});
afterAll(async () => {
  await Promise.all([...services.values()].map((service) => service.stop()));
  rmSync(folder, { recursive: true });
});

async function environment(database: TestDatabase): Promise<Record<string, string>> {
  return testVariables({ database, issuer, vars: { FP_BUILD_SHA: 'abcdef1234' } });
}

async function start(name: ServiceName, environments: Record<string, string>[]): Promise<void> {
  await services.get(name)?.stop();
  const service = await watchedService(name, environments, folder);
  services.set(name, service);
  urls[`${name.toUpperCase().replace('-', '_')}_URL`] = service.url;
}

// Signed for every service at once, as a deployment's own token is.
function tokenFor(scopes: string[]): Promise<string> {
  return issuer.token({ scopes, audience: [...SERVICE_NAMES] });
}

function verify(args: string[], vars: Record<string, string> = {}): Promise<Answer> {
  const all = ['verify', '--fleet', fleet, '--json', ...args];
  return fp(all, { vars: { ...urls, FP_TOKEN: token, ...vars } });
}

/** The codes of what is wrong with one service. */
async function wrong(args: string[], vars: Record<string, string> = {}): Promise<string[]> {
  const { code, json } = await verify(['--only', 'alert', '--wait', '3', ...args], vars);
  expect(code).toBe(15);
  const [one] = (json as unknown as { services: Verified[] }).services;
  return (one?.checks ?? []).flatMap(({ ok, code: said }) => (ok || said === null ? [] : [said]));
}

describe('fp verify', () => {
  it('proves five services: killed with -9, each reads what it wrote before', async () => {
    const args = ['--build-sha', 'abcdef1', '--env', 'test', '--restart-command', KILL];
    const { code, json, stderr } = await verify(args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { services: verified, persistence } = json as unknown as {
      services: Verified[];
      persistence: boolean;
    };
    expect(persistence).toBe(true);
    expect(verified.map(({ name }) => name).sort()).toEqual([...SERVICE_NAMES].sort());
    for (const { checks } of verified) {
      expect(checks.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
        'startup true',
        'ready true',
        'service true',
        'build true',
        'engine true',
        'identity true',
        'migrations true',
        'persistence true',
      ]);
    }
  });

  it('leaves no canary behind', async () => {
    const database = await testDatabase('alert');
    await start('alert', [await environment(database)]);
    const args = ['--only', 'alert', '--restart-command', KILL];
    expect((await verify(args)).code).toBe(0);
    expect(await wrong(['--restart-command', 'true'])).toEqual(['VERIFY_NO_NEW_INSTANCE']);
    expect(await database.query('SELECT * FROM service_canary')).toEqual([]);
  });

  it('VERIFY_INTERRUPTED by a signal, and what it wrote is gone', async () => {
    const database = await testDatabase('alert');
    await start('alert', [await environment(database)]);
    const command = 'kill -TERM $PPID; sleep 60';
    const { code, json } = await verify(['--only', 'alert', '--restart-command', command]);
    expect(code).toBe(143);
    expect(JSON.stringify(json)).toContain('VERIFY_INTERRUPTED');
    expect(await database.query('SELECT * FROM service_canary')).toEqual([]);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['VERIFY_WRONG_BUILD', ['--build-sha', 'fffffff', '--no-persistence'], {}],
    ['VERIFY_WRONG_DATABASE', ['--env', 'production', '--no-persistence'], {}],
    ['VERIFY_UNREACHABLE', ['--no-persistence'], { ALERT_URL: 'http://127.0.0.1:1' }],
    ['VERIFY_TOKEN_REFUSED', ['--no-persistence'], { FP_TOKEN: 'nobody' }],
    ['VERIFY_NO_NEW_INSTANCE', ['--restart-command', 'true'], {}],
    ['VERIFY_RESTART_FAILED', ['--restart-command', 'echo no such service; exit 3'], {}],
    ['VERIFY_RESTART_FAILED', ['--restart-command', 'sleep 60'], {}],
  ])('%s with %j %j', async (code, args, vars) => {
    expect(await wrong(args, vars)).toEqual([code]);
  });

  it('VERIFY_WRONG_SERVICE where another service answers', async () => {
    const vars = { ALERT_URL: urls['SETTLEMENT_URL'] ?? '' };
    expect(await wrong(['--restart-command', KILL], vars)).toEqual([
      'VERIFY_WRONG_SERVICE',
      'VERIFY_WRONG_DATABASE',
    ]);
  });

  it('VERIFY_CANARY with a token that may only read', async () => {
    const FP_TOKEN = await tokenFor(['alert:read']);
    expect(await wrong(['--restart-command', KILL], { FP_TOKEN })).toEqual(['VERIFY_CANARY']);
  });

  it('VERIFY_LOST when each process has a database of its own, which was the incident', async () => {
    const [first, second] = [await testDatabase('alert'), await testDatabase('alert')];
    await start('alert', [await environment(first), await environment(second)]);
    expect(await wrong(['--wait', '20', '--restart-command', KILL])).toEqual(['VERIFY_LOST']);
  });

  it('VERIFY_NOT_STARTED, with the reason, where nobody migrated', async () => {
    await start('alert', [await environment(await emptyDatabase('alert'))]);
    const { json } = await verify(['--only', 'alert', '--wait', '2', '--no-persistence']);
    expect(JSON.stringify(json)).toContain('503 MIGRATIONS_NEVER_APPLIED');
    expect(JSON.stringify(json)).toContain('VERIFY_NOT_STARTED');
  });

  it('VERIFY_NOT_READY, with the reason, where a table is gone', async () => {
    const database = await testDatabase('alert');
    await start('alert', [await environment(database)]);
    expect((await verify(['--only', 'alert', '--no-persistence'])).code).toBe(0);
    await database.query('ALTER TABLE service_canary RENAME TO gone');
    // Readiness is cached for a second.
    await eventually(async () => {
      expect((await fetch(`${urls['ALERT_URL']}/health/ready`)).status).toBe(503);
    });
    const { json } = await verify(['--only', 'alert', '--wait', '2', '--no-persistence']);
    expect(JSON.stringify(json)).toContain('503 TABLE_MISSING');
    expect(JSON.stringify(json)).toContain('VERIFY_NOT_READY');
  });

  it.each<[string, string[], Record<string, string>]>([
    ['NO_RESTART', [], {}],
    ['NO_TOKEN', ['--no-persistence', '--token-file', '/nowhere'], {}],
    ['NO_TOKEN', ['--no-persistence'], { FP_TOKEN: 'two words' }],
    ['NO_SERVICE_URL', ['--no-persistence'], { ALERT_URL: 'alert:4004' }],
    ['USAGE', ['--no-persistence', '--wait', '0'], {}],
  ])('is refused with %s by %j %j', async (code, args, vars) => {
    const answer = await verify(['--only', 'alert', ...args], vars);
    expect({ code: answer.code, json: answer.json }).toMatchObject({
      code: 2,
      json: { error: { code } },
    });
  });

  it('says what to start where nothing runs that it could replace', async () => {
    const { json } = await verify(['--only', 'alert']);
    expect(json).toMatchObject({
      error: { message: expect.stringMatching(/npm start.+start it, or --restart-command/) },
    });
  });

  it('says in a table and in one line what it found', async () => {
    writeFileSync(join(folder, 'token'), `${token}\n`);
    const args = ['verify', '--fleet', fleet, '--only', 'settlement', '--no-persistence'];
    const { stdout, stderr } = await fp([...args, '--token-file', join(folder, 'token')], {
      vars: urls,
    });
    expect(stdout).toMatch(/^SERVICE +READY +BUILD +ENGINE +IDENTITY +MIGRATIONS +PERSISTENCE\n/);
    expect(stdout).toMatch(/settlement +ready +abcdef1234 +PostgreSQL 1\d\.\d+ +settlement, test /);
    expect(stderr).toContain('1 service as meant');
    expect(stderr).toContain('persistence was not proved');
    expect(stdout + stderr).not.toContain(token);
  });
});
