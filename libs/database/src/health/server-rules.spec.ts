import { describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES } from '@fusion-prime/kernel';
import { engineReason, serverReasons } from './server-rules.js';
import type { Snapshot } from './snapshot.js';

const good: Snapshot = {
  version: 'PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by gcc (Debian) 12.2.0, 64-bit',
  versionNumber: 180_004,
  encoding: 'UTF8',
  database: 'settlement_db',
  role: 'settlement_app',
  inRecovery: false,
  readOnly: false,
  fsync: 'on',
  synchronousCommit: 'on',
  powers: [],
  closedSchemas: [],
  migratorExists: true,
  identity: [{ service: 'settlement', database_uuid: 'x', environment: 'production' }],
  applied: [],
  tables: [],
};
const expected = { service: 'settlement', environment: 'production', production: true };

describe('the engine', () => {
  it.each([
    ['PostgreSQL 15.18 on x86_64-pc-linux-gnu', 150_018, null],
    ['PostgreSQL 18.4 (Debian 18.4-1)', 180_004, null],
    ['PostgreSQL 14.20 on x86_64', 140_020, 'DB_VERSION_UNSUPPORTED'],
    ['PostgreSQL 19.0 on x86_64', 190_000, 'DB_VERSION_UNSUPPORTED'],
    ['CockroachDB CCL v24.1.0', 130_000, 'DB_ENGINE_NOT_POSTGRES'],
    ['PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64', 150_002, 'DB_ENGINE_NOT_POSTGRES'],
    ['PostgreSQL 8.0.2 on i686, Redshift 1.0.1', 80_002, 'DB_ENGINE_NOT_POSTGRES'],
    [
      'PostgreSQL 17.5 on x86_64, compiled by emcc (Emscripten gcc/clang-like) 3.1.74',
      170_005,
      'DB_ENGINE_NOT_POSTGRES',
    ],
    ['8.0.36-MySQL', 80_036, 'DB_ENGINE_NOT_POSTGRES'],
    ['', 0, 'DB_ENGINE_NOT_POSTGRES'],
  ])('%s answers %s %s', (version, number, code) => {
    expect(engineReason(version, number)?.code ?? null).toBe(code);
  });
});

describe('the server', () => {
  it('that is right has nothing against it', () => {
    expect(serverReasons(good, expected)).toEqual([]);
  });

  it.each<[string, Partial<Snapshot>, string]>([
    ['another encoding', { encoding: 'SQL_ASCII' }, 'DB_ENCODING'],
    ['a standby', { inRecovery: true }, 'DB_READ_ONLY'],
    ['read-only transactions', { readOnly: true }, 'DB_READ_ONLY'],
    ['fsync off', { fsync: 'off' }, 'DB_NOT_DURABLE'],
    ['synchronous_commit off', { synchronousCommit: 'off' }, 'DB_NOT_DURABLE'],
    ['a strong role', { powers: ['is a superuser'] }, 'DB_ROLE_TOO_STRONG'],
  ])('with %s is refused', (_, change, code) => {
    expect(serverReasons({ ...good, ...change }, expected).map((each) => each.code)).toEqual([
      code,
    ]);
  });

  it('may be careless about durability outside production', () => {
    expect(serverReasons({ ...good, fsync: 'off' }, { ...expected, production: false })).toEqual(
      [],
    );
  });

  it('names all reasons, the worst first', () => {
    const reasons = serverReasons(
      { ...good, encoding: 'LATIN1', readOnly: true, powers: ['x'] },
      { ...expected, service: 'alert' },
    );
    expect(reasons.map((each) => each.code)).toEqual([
      'DB_ENCODING',
      'DB_IDENTITY_MISMATCH',
      'DB_ROLE_TOO_STRONG',
      'DB_READ_ONLY',
    ]);
  });
});

describe('the identity', () => {
  const swaps = SERVICE_NAMES.flatMap((mine) =>
    SERVICE_NAMES.map((theirs) => [mine, theirs] as const),
  );

  it.each(swaps)('%s on the database of %s', (service, owner) => {
    const identity = [{ service: owner, database_uuid: 'x', environment: 'production' }];
    const codes = serverReasons({ ...good, identity }, { ...expected, service }).map(
      (each) => each.code,
    );
    expect(codes).toEqual(service === owner ? [] : ['DB_IDENTITY_MISMATCH']);
  });

  it('of another environment than FP_ENV is refused; without FP_ENV it does not matter', () => {
    expect(serverReasons(good, { ...expected, environment: 'staging' })[0]?.code).toBe(
      'DB_IDENTITY_MISMATCH',
    );
    expect(serverReasons(good, { ...expected, environment: undefined })).toEqual([]);
  });

  it.each([[null], [[]]])('%j is not a wrong one', (identity) => {
    expect(serverReasons({ ...good, identity }, expected)).toEqual([]);
  });
});
