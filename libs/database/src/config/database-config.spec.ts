import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid, Environment } from '@fusion-prime/kernel';
import { readDatabaseConfig } from './database-config.js';

const URL = 'postgresql://app:hunter2@db.internal/settlement_db';

function read(vars: Record<string, string>, files: Record<string, string> = {}) {
  const env = new Environment(vars, (path) => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  });
  return { env, config: readDatabaseConfig(env, 'service-development') };
}

function problems(vars: Record<string, string>, files?: Record<string, string>): string[] {
  return read(vars, files).env.problems.map(({ code, var: name }) => `${name} ${code}`);
}

describe('the database configuration', () => {
  it('has the documented defaults', () => {
    const { config, env } = read({ DATABASE_URL: URL });
    expect(() => env.finish()).not.toThrow();
    expect(config).toMatchObject({
      poolSize: 20,
      maxOverflow: 10,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 5_000,
      requestTimeoutMs: 8_000,
      shutdownGraceMs: 10_000,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each(['0', '51', '5s', '-1', '1e1', ' 5', '05.0', '', '99999999999'])(
    'refuses DB_POOL_SIZE=%j',
    (value) => {
      expect(problems({ DATABASE_URL: URL, DB_POOL_SIZE: value })).toEqual([
        'DB_POOL_SIZE CFG_INTEGER',
      ]);
    },
  );

  it.each(['1', '50'])('accepts DB_POOL_SIZE=%j', (value) => {
    expect(read({ DATABASE_URL: URL, DB_POOL_SIZE: value }).config?.poolSize).toBe(Number(value));
  });

  it.each([
    ['DB_MAX_OVERFLOW', '51'],
    ['DB_CONNECT_TIMEOUT_MS', '2s'],
    ['DB_STATEMENT_TIMEOUT_MS', '0'],
    ['DB_IDLE_TIMEOUT_MS', '1'],
    ['REQUEST_TIMEOUT_MS', '0x10'],
    ['SHUTDOWN_GRACE_MS', ''],
  ])('refuses %s=%j', (name, value) => {
    expect(problems({ DATABASE_URL: URL, [name]: value })).toEqual([`${name} CFG_INTEGER`]);
  });

  it.each([
    [{ DB_CONNECT_TIMEOUT_MS: '5000' }, 'DB_STATEMENT_TIMEOUT_MS'],
    [{ DB_STATEMENT_TIMEOUT_MS: '8000' }, 'REQUEST_TIMEOUT_MS'],
    [{ REQUEST_TIMEOUT_MS: '10000' }, 'SHUTDOWN_GRACE_MS'],
  ])('wants connect < statement < request < shutdown: %j', (vars, name) => {
    expect(problems({ DATABASE_URL: URL, ...vars })).toEqual([`${name} DBCFG_TIMEOUT_ORDER`]);
  });

  it.each([
    ['DB_POOLSIZE', 'DB_POOL_SIZE'],
    ['DB_STATEMENT_TIMEOUT', 'DB_STATEMENT_TIMEOUT_MS'],
    ['DB_ALOW_LOOPBACK', 'DB_ALLOW_LOOPBACK'],
    ['DB_OVERFLOW', 'DB_MAX_OVERFLOW'],
  ])('refuses the unknown name %s and means %s', (name, meant) => {
    const { env } = read({ DATABASE_URL: URL, [name]: '1' });
    expect(env.problems).toEqual([
      expect.objectContaining({
        code: 'DBCFG_UNKNOWN_NAME',
        var: name,
        hint: `did you mean ${meant}?`,
      }),
    ]);
  });

  it('warns about PG* variables, which have no effect', () => {
    const { env, config } = read({
      DATABASE_URL: URL,
      PGHOST: 'evil',
      PGPASSWORD: 'x',
      PGDATA: '/x',
    });
    expect(env.problems).toEqual([]);
    expect(env.warnings.map(({ code, var: name }) => `${name} ${code}`)).toEqual([
      'PGHOST DBCFG_PG_VARIABLE_IGNORED',
      'PGPASSWORD DBCFG_PG_VARIABLE_IGNORED',
    ]);
    expect(config?.target.host).toBe('db.internal');
  });

  it('reports all problems at once, and no secret', () => {
    const { env, config } = read({
      DATABASE_URL: 'sqlite:///hunter2.db',
      DB_POOL_SIZE: 'many',
      DB_HOST: 'hunter2',
    });
    expect(config).toBeUndefined();
    expect(() => env.finish()).toThrow(ConfigInvalid);
    expect(env.problems.map((each) => each.code).sort()).toEqual([
      'CFG_INTEGER',
      'DBCFG_SCHEME_FORBIDDEN',
      'DBCFG_UNKNOWN_NAME',
    ]);
    expect(JSON.stringify(env.problems)).not.toContain('hunter2');
  });
});

describe('DATABASE_URL and DATABASE_URL_FILE', () => {
  it.each([
    [{}, ['DATABASE_URL DBCFG_MISSING']],
    [{ DATABASE_URL: '' }, ['DATABASE_URL DBCFG_EMPTY']],
    [{ DATABASE_URL: URL, DATABASE_URL_FILE: '/url' }, ['DATABASE_URL DBCFG_BOTH_SET']],
    [{ DATABASE_URL: '', DATABASE_URL_FILE: '/url' }, ['DATABASE_URL DBCFG_BOTH_SET']],
    [{ DATABASE_URL_FILE: '' }, ['DATABASE_URL_FILE DBCFG_EMPTY']],
    [{ DATABASE_URL_FILE: '/nowhere' }, ['DATABASE_URL_FILE DBCFG_FILE_UNREADABLE']],
    [{ DATABASE_URL_FILE: '/blank' }, ['DATABASE_URL_FILE DBCFG_EMPTY']],
    [{ DATABASE_URL_FILE: '/url' }, []],
    [
      { DATABASE_URL: `${URL}?sslmode=verify-full&sslrootcert=/nowhere` },
      ['DATABASE_URL DBCFG_SSLROOTCERT'],
    ],
    [
      { DATABASE_URL: `${URL}?sslmode=verify-full&sslrootcert=/blank` },
      ['DATABASE_URL DBCFG_SSLROOTCERT'],
    ],
    [{ DATABASE_URL: `${URL}?sslmode=verify-full&sslrootcert=/ca.pem` }, []],
  ] as [Record<string, string>, string[]][])('%j answers %j', (vars, expected) => {
    const files = {
      '/url': `${URL}\n`,
      '/blank': '\n',
      '/ca.pem': '-----BEGIN CERTIFICATE-----\n',
    };
    expect(problems(vars, files)).toEqual(expected);
  });

  it('reads the password again for every connection', async () => {
    const files = { '/url': URL };
    const { config } = read({ DATABASE_URL_FILE: '/url' }, files);
    expect(await config?.target.password()).toBe('hunter2');
    files['/url'] = URL.replace('hunter2', 'rotated');
    expect(await config?.target.password()).toBe('rotated');
    files['/url'] = 'postgres';
    expect(() => config?.target.password()).toThrow(/does not hold a valid URL/);
  });
});
