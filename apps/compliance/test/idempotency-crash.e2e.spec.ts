import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  apiClient,
  eventually,
  spawnService,
  testDatabase,
  testIssuer,
  testVariables,
  type ApiAnswer,
  type SpawnedService,
  type TestDatabase,
} from '@fusion-prime/testing';
import { SilentCommit } from './silent-commit.js';

let database: TestDatabase;
let way: SilentCommit;
let start: () => Promise<SpawnedService>;
let token: string;
let path: string;

beforeAll(async () => {
  database = await testDatabase('compliance');
  const issuer = await testIssuer();
  way = await SilentCommit.before(database.appUrl);
  const vars = { ...testVariables({ database, issuer }), DATABASE_URL: way.url };
  const scopes = ['compliance:read', 'compliance:write'];
  token = await issuer.token({ audience: 'compliance', scopes });
  start = async () => {
    const service = await spawnService('compliance', vars);
    await service.ready();
    return service;
  };
});
afterAll(() => way.close());

/** Starts a check: without a key, each request makes another one. */
const startCheck = ({ url }: SpawnedService, key: string): Promise<ApiAnswer> =>
  apiClient(url, token)('POST', path, { kind: 'AML' }, { 'idempotency-key': key });
const count = async (table: string): Promise<number> =>
  Number((await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);

/** Resolves once the service's INSERT of the answer waits: the effect is written, and not committed. */
async function answerWaits(): Promise<void> {
  await eventually(async () => {
    const rows = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'
         AND query LIKE 'INSERT INTO idempotency_keys%'`,
      [database.database],
    );
    if (rows.length === 0) throw new Error('nobody waits yet');
  });
}

describe('kill -9 of a process that answers a POST with an Idempotency-Key', () => {
  it('between the effect and the answer leaves neither; after its COMMIT, both', async () => {
    const first = await start();
    const subject = { external_ref: 'a', kind: 'PERSON', names: ['A'] };
    const { body } = await apiClient(first.url, token)('POST', '/subjects', subject);
    path = `/subjects/${String(body['subject_id'])}/checks`;

    const gate = new pg.Client({ connectionString: database.adminUrl });
    await gate.connect();
    await gate.query('BEGIN');
    await gate.query('LOCK TABLE idempotency_keys IN SHARE MODE');
    const lost = startCheck(first, 'before').then(
      () => 'answered',
      () => 'unanswered',
    );
    await answerWaits();
    await first.kill('SIGKILL');
    expect(await lost).toBe('unanswered');
    await gate.end();
    expect([await count('check_runs'), await count('idempotency_keys')]).toEqual([0, 0]);

    const second = await start();
    const done = await startCheck(second, 'before');
    expect([done.status, done.headers.get('idempotent-replayed')]).toEqual([201, null]);
    way.armed = true;
    const unheard = startCheck(second, 'after').then(
      () => 'answered',
      () => 'unanswered',
    );
    await eventually(async () => expect(await count('idempotency_keys')).toBe(2));
    await second.kill('SIGKILL');
    expect(await unheard).toBe('unanswered');
    way.armed = false;

    const third = await start();
    const again = await startCheck(third, 'after');
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    const stored = await database.query<{ check_id: string }>(
      'SELECT check_id FROM check_runs ORDER BY requested_at',
    );
    expect(stored.map((row) => row.check_id)).toEqual([
      done.body['check_id'],
      again.body['check_id'],
    ]);
    await third.kill('SIGTERM');
  });
});
