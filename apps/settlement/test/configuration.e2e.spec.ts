import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnService, testIssuer } from '@fusion-prime/testing';

const SECRET = 'Zx9-distinctive-7q';
const GOOD = `postgresql://app:${SECRET}@db.example/settlement_db?sslmode=verify-full`;
const MAX_LIFE_MS = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
const pipe = join(folder, 'pipe');
const sqlite = join(folder, 'sqlite');
const cursorKey = join(folder, 'cursor-key');
const webhookKey = join(folder, 'webhook-key');
let auth: Record<string, string>;

beforeAll(async () => {
  const { issuer, jwksFile, serviceTokenFile } = await testIssuer();
  const SERVICE_TOKEN_FILE = serviceTokenFile;
  const ALERT_URL = 'http://127.0.0.1:1';
  auth = {
    AUTH_ISSUER: issuer,
    AUTH_JWKS_FILE: jwksFile,
    SERVICE_TOKEN_FILE,
    ALERT_URL,
    COMPLIANCE_URL: ALERT_URL,
    WEBHOOK_ENCRYPTION_KEY_FILE: webhookKey,
  };
  execFileSync('mkfifo', [pipe]);
  writeFileSync(sqlite, `sqlite:///${SECRET}.db`);
  writeFileSync(cursorKey, 'k'.repeat(40));
  writeFileSync(webhookKey, Buffer.alloc(32, 7).toString('base64'));
});

interface FatalLine {
  problems: { code: string; var: string; reason: string; hint: string }[];
}

/** Runs the process that production runs; nothing but what is stated is in its environment. */
async function codesOf(vars: Record<string, string>): Promise<string[]> {
  const startedAt = performance.now();
  const service = await spawnService('settlement', {
    CURSOR_KEY_FILE: cursorKey,
    ...auth,
    ...vars,
  });
  expect(await service.exited).toBe(78);
  expect(performance.now() - startedAt).toBeLessThan(MAX_LIFE_MS);
  const output = service.output();
  expect(output).not.toContain(SECRET);
  expect(output.trim().split('\n')).toHaveLength(1);
  const line = JSON.parse(output) as FatalLine;
  expect(line).toMatchObject({
    level: 'fatal',
    event: 'config.invalid',
    service: 'settlement',
  });
  for (const { reason, hint } of line.problems) expect([reason, hint]).not.toContain('');
  return line.problems.map(({ code }) => code).sort();
}

const url = (DATABASE_URL: string): Record<string, string> => ({ DATABASE_URL });
const socket = (host: string) => url(`postgresql://app:${SECRET}@/d?host=${host}`);
const query = (more: string) => url(`${GOOD}&${more}`);

describe('a mis-configured service ends with 78 in a second, after one line without the secret', () => {
  it.each<[what: string, vars: Record<string, string>, ...codes: string[]]>([
    ['no URL', {}, 'DBCFG_MISSING'],
    ['an empty URL', url(''), 'DBCFG_EMPTY'],
    ['a blank URL', url(' \n'), 'DBCFG_EMPTY'],
    ['sqlite', url(`sqlite:///${SECRET}.db`), 'DBCFG_SCHEME_FORBIDDEN'],
    ['sqlite of Python', url(`sqlite+aiosqlite:///${SECRET}.db`), 'DBCFG_SCHEME_FORBIDDEN'],
    ['a file', url(`file:${SECRET}`), 'DBCFG_SCHEME_FORBIDDEN'],
    ['memory', url(':memory:'), 'DBCFG_SCHEME_FORBIDDEN'],
    ['Python’s driver', url(`postgresql+asyncpg://app:${SECRET}@h/d`), 'DBCFG_SCHEME'],
    ['mysql', url(`mysql://app:${SECRET}@h/d`), 'DBCFG_SCHEME'],
    ['jdbc', url(`jdbc:postgresql://app:${SECRET}@h/d`), 'DBCFG_SCHEME'],
    ['http', url(`http://app:${SECRET}@h/d`), 'DBCFG_SCHEME'],
    ['no host', url(`postgresql://app:${SECRET}@/d`), 'DBCFG_HOST_MISSING'],
    ['no database', url(GOOD.replace('/settlement_db', '')), 'DBCFG_DATABASE_MISSING'],
    ['no user', url(GOOD.replace('app:', ':')), 'DBCFG_USER_MISSING'],
    ['no password', url(GOOD.replace(`:${SECRET}`, '')), 'DBCFG_PASSWORD_MISSING'],
    ['a zone', socket('/cloudsql/proj-one:us-central1-a:main'), 'DBCFG_CLOUDSQL_ZONE'],
    ['two parts', socket('/cloudsql/proj-one:main'), 'DBCFG_CLOUDSQL_FORMAT'],
    ['the socket file', socket('/cloudsql/p:r:i/.s.PGSQL.5432'), 'DBCFG_CLOUDSQL_SUFFIX'],
    ['a long socket', socket(`/${'a'.repeat(120)}`), 'DBCFG_SOCKET_TOO_LONG'],
    ['a TCP host in the query', socket('10.0.0.1'), 'DBCFG_QUERY_OVERRIDE'],
    ['a user in the query', query('user=postgres'), 'DBCFG_QUERY_OVERRIDE'],
    ['a password in the query', query(`password=${SECRET}`), 'DBCFG_QUERY_OVERRIDE'],
    ['an unknown query key', query('options=-c'), 'DBCFG_QUERY_UNKNOWN'],
    ...['#', '/', '?', '@', '%zz'].map((mark): [string, Record<string, string>, string] => [
      `an unencoded ${mark} in the password`,
      url(GOOD.replace(SECRET, `${SECRET}${mark}${SECRET}`)),
      'DBCFG_URL_INVALID',
    ]),
    ['quotes', url(`"${GOOD}"`), 'DBCFG_QUOTED'],
    ['an unexpanded variable', url(GOOD.replace(SECRET, '${PASSWORD}')), 'DBCFG_UNEXPANDED'],
    ['a placeholder', url(GOOD.replace(SECRET, '<PASSWORD>')), 'DBCFG_PLACEHOLDER'],
    ['CHANGEME', url(GOOD.replace(SECRET, 'CHANGEME')), 'DBCFG_CHANGEME'],
    ['undefined', url('undefined'), 'DBCFG_UNDEFINED'],
    ['a secret’s name', url('projects/p/secrets/db/versions/latest'), 'DBCFG_SECRET_NAME'],
    ['keywords', url(`host=h user=app password=${SECRET}`), 'DBCFG_LIBPQ_FORM'],
    ['several hosts', url(`postgresql://app:${SECRET}@h1,h2/d`), 'DBCFG_MULTIPLE_HOSTS'],
    ['a control character', url(`${GOOD}\t`), 'DBCFG_CONTROL_CHARACTER'],
    ['no TLS', url(GOOD.replace(/\?.*/, '')), 'DBCFG_TLS_REQUIRED'],
    ['weak TLS', url(GOOD.replace('verify-full', 'require')), 'DBCFG_SSLMODE_WEAK'],
    ['this machine', url(GOOD.replace('db.example', '[0::1]')), 'DBCFG_LOCALHOST_IN_PROD'],
    ['both', { ...url(GOOD), DATABASE_URL_FILE: sqlite }, 'DBCFG_BOTH_SET'],
    ['a file with sqlite in it', { DATABASE_URL_FILE: sqlite }, 'DBCFG_SCHEME_FORBIDDEN'],
    ['a missing file', { DATABASE_URL_FILE: `/${SECRET}` }, 'DBCFG_FILE_UNREADABLE'],
    ['a pipe that nobody writes to', { DATABASE_URL_FILE: pipe }, 'DBCFG_FILE_UNREADABLE'],
    ['an unknown DB_ name', { ...url(GOOD), DB_PASSWORD: SECRET }, 'DBCFG_UNKNOWN_NAME'],
    ['a pool of 51', { ...url(GOOD), DB_POOL_SIZE: '51' }, 'CFG_INTEGER'],
    ['an overflow of 1e1', { ...url(GOOD), DB_MAX_OVERFLOW: '1e1' }, 'CFG_INTEGER'],
    ['a time-out of 5s', { ...url(GOOD), DB_STATEMENT_TIMEOUT_MS: '5s' }, 'CFG_INTEGER'],
    ['time-outs in disorder', { ...url(GOOD), REQUEST_TIMEOUT_MS: '5000' }, 'DBCFG_TIMEOUT_ORDER'],
    ['port 0', { ...url(GOOD), PORT: '0' }, 'CFG_INTEGER'],
    ['port 65536', { ...url(GOOD), PORT: '65536' }, 'CFG_INTEGER'],
  ])('%s', async (_what, vars, ...codes) => {
    expect(await codesOf(vars)).toEqual(codes);
  });

  it('names all problems at once', async () => {
    const vars = { ...url(''), PORT: 'http', DB_POOLSIZE: '1', LOG_LEVEL: 'loud', AUTH_ISSUER: '' };
    expect(await codesOf(vars)).toEqual([
      'CFG_CHOICE',
      'CFG_EMPTY',
      'CFG_INTEGER',
      'DBCFG_EMPTY',
      'DBCFG_UNKNOWN_NAME',
    ]);
  });
});
