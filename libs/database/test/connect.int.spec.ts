import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES } from '@fusion-prime/kernel';
import { testServer } from '@fusion-prime/testing';
import { checkConnection, connectClient } from '../src/index.js';
import { portOf, startPickyPooler } from './picky-pooler.js';
import { PracticeDatabase, configOf } from './practice-database.js';

const AUTH = { reason: 'DB_AUTH', exitCode: 77, permanent: true };
const LATIN1 = "TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'";

const databases: PracticeDatabase[] = [];
let settlement: PracticeDatabase;

async function make(
  options?: Parameters<typeof PracticeDatabase.create>[0],
): Promise<PracticeDatabase> {
  const database = await PracticeDatabase.create(options);
  databases.push(database);
  return database;
}

beforeAll(async () => {
  settlement = await make();
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

/** Connects and checks as a starting service does; resolves with the facts. */
async function open(url: string, expected: Partial<Parameters<typeof checkConnection>[1]> = {}) {
  const { target } = configOf({ DATABASE_URL: url });
  const client = await connectClient(target, { applicationName: 'test', connectTimeoutMs: 2_000 });
  try {
    return await checkConnection(client, { service: 'settlement', production: false, ...expected });
  } finally {
    await client.end();
  }
}

describe('a connection of a service', () => {
  it('is described without its password', async () => {
    expect(await open(settlement.url(), { environment: 'test' })).toEqual({
      engine: 'PostgreSQL',
      version: expect.stringMatching(/^1[5-8]\./),
      encoding: 'UTF8',
      database: settlement.name,
      role: settlement.app,
      identity: { service: 'settlement', databaseUuid: expect.any(String), environment: 'test' },
    });
  });

  it('is accepted before any migration: the database has no identity yet', async () => {
    const bare = await make({ withoutMigrator: true });
    expect((await open(bare.url())).identity).toBeNull();
  });

  const refusals: [string, () => string | Promise<string>, object][] = [
    ['with a wrong password', () => settlement.url(settlement.app, 'wrong'), AUTH],
    ['as an unknown role', () => settlement.url('nobody', 'x'), AUTH],
    ['to no such database', () => settlement.url(settlement.app, 'app', 'no_such_db'), AUTH],
    [
      "to another service's database",
      async () => settlement.url(settlement.app, 'app', (await make()).name),
      AUTH,
    ],
    [
      'as the superuser',
      () => settlement.adminUrl,
      { reason: 'DB_ROLE_TOO_STRONG', exitCode: 77, permanent: true },
    ],
    [
      'as the owner',
      () => settlement.ownerUrl,
      { reason: 'DB_ROLE_TOO_STRONG', exitCode: 77, permanent: true },
    ],
    [
      'to a port where nothing listens',
      () => 'postgresql://u:p@127.0.0.1:1/d',
      { reason: 'DB_UNREACHABLE', exitCode: 69, permanent: false },
    ],
    [
      'over TLS to a server without it',
      () => `${settlement.url()}?sslmode=require`,
      { reason: 'DB_TLS', exitCode: 78, permanent: true },
    ],
    [
      'to another encoding',
      async () => (await make({ createOptions: LATIN1 })).url(),
      { reason: 'DB_ENCODING', exitCode: 78, permanent: true },
    ],
  ];

  it.each(refusals)('%s is refused', async (_, url, fault) => {
    await expect(open(await url())).rejects.toMatchObject(fault);
  });

  it('is refused in production when an acknowledged write could be lost', async () => {
    await expect(open(settlement.url(), { production: true })).rejects.toMatchObject({
      reason: 'DB_NOT_DURABLE',
      exitCode: 78,
    });
  });

  it('is refused when FP_ENV names another environment', async () => {
    await expect(open(settlement.url(), { environment: 'production' })).rejects.toMatchObject({
      reason: 'DB_IDENTITY_MISMATCH',
      exitCode: 78,
    });
  });

  it.each([
    ['CREATEROLE', 'NOCREATEROLE', /may create roles/],
    ['REPLICATION', 'NOREPLICATION', /may replicate/],
    ['BYPASSRLS', 'NOBYPASSRLS', /bypasses row security/],
  ])('is refused with %s', async (attribute, undo, words) => {
    await settlement.sql(`ALTER ROLE ${settlement.app} ${attribute}`);
    await expect(open(settlement.url())).rejects.toThrow(words);
    await settlement.sql(`ALTER ROLE ${settlement.app} ${undo}`);
  });

  it.each<[string, () => string, () => string, RegExp]>([
    [
      'may create in the schema',
      () => `GRANT CREATE ON SCHEMA public TO ${settlement.app}`,
      () => `REVOKE CREATE ON SCHEMA public FROM ${settlement.app}`,
      /may create in schema public/,
    ],
    [
      'may create schemas',
      () => `GRANT CREATE ON DATABASE ${settlement.name} TO ${settlement.app}`,
      () => `REVOKE CREATE ON DATABASE ${settlement.name} FROM ${settlement.app}`,
      /may create schemas/,
    ],
    [
      'owns a table',
      () => `ALTER TABLE widgets OWNER TO ${settlement.app}`,
      () => `ALTER TABLE widgets OWNER TO ${settlement.owner}`,
      /owns public\.widgets/,
    ],
    [
      'is a member of the owner, even without inheriting',
      () =>
        `ALTER ROLE ${settlement.app} NOINHERIT; GRANT ${settlement.owner} TO ${settlement.app}`,
      () =>
        `REVOKE ${settlement.owner} FROM ${settlement.app}; ALTER ROLE ${settlement.app} INHERIT`,
      /owns the database/,
    ],
  ])('is refused when its role %s', async (_, strengthen, weaken, words) => {
    await settlement.sql(strengthen());
    await expect(open(settlement.url())).rejects.toMatchObject({
      reason: 'DB_ROLE_TOO_STRONG',
      message: expect.stringMatching(words),
    });
    await settlement.sql(weaken());
  });

  it('is refused while the database is read-only', async () => {
    await settlement.sql(
      `ALTER DATABASE ${settlement.name} SET default_transaction_read_only = on`,
    );
    await expect(open(settlement.url())).rejects.toMatchObject({
      reason: 'DB_READ_ONLY',
      permanent: false,
    });
    await settlement.sql(
      `SET default_transaction_read_only = off; ALTER DATABASE ${settlement.name} RESET default_transaction_read_only`,
    );
  });
});

describe('the swaps of two databases', () => {
  const swaps = SERVICE_NAMES.flatMap((mine) =>
    SERVICE_NAMES.filter((theirs) => theirs !== mine).map((theirs) => [mine, theirs] as const),
  );
  const byService = new Map<string, PracticeDatabase>();

  beforeAll(async () => {
    for (const service of SERVICE_NAMES) byService.set(service, await make({ service }));
  });

  it('are twenty', () => expect(swaps).toHaveLength(20));

  it.each(swaps)('%s with the URL of %s is refused', async (mine, theirs) => {
    const url = byService.get(theirs)?.url() ?? '';
    await expect(open(url, { service: mine })).rejects.toMatchObject({
      reason: 'DB_IDENTITY_MISMATCH',
      exitCode: 78,
      message: expect.stringContaining(`belongs to ${theirs}, not to ${mine}`),
    });
    expect((await open(url, { service: theirs })).identity?.service).toBe(theirs);
  });
});

describe('a dedicated client', () => {
  const limits = { applicationName: 'probe', connectTimeoutMs: 2_000, statementTimeoutMs: 250 };

  it('has the statement timeout it asked for', async () => {
    const { target } = configOf({ DATABASE_URL: settlement.url() });
    const client = await connectClient(target, limits);
    const { rows } = await client.query('SHOW statement_timeout');
    await client.end();
    expect(rows).toEqual([{ statement_timeout: '250ms' }]);
  });

  it('passes through a pooler that refuses the parameter', async () => {
    const pooler = await startPickyPooler(testServer().port);
    try {
      const url = settlement.url().replace(/:\d+\//, `:${portOf(pooler)}/`);
      const client = await connectClient(configOf({ DATABASE_URL: url }).target, limits);
      const { rows } = await client.query('SHOW statement_timeout');
      await client.end();
      expect(rows).toEqual([{ statement_timeout: '0' }]);
    } finally {
      pooler.close();
    }
  });
});

describe('PG* variables', () => {
  const ambient = {
    PGHOST: '192.0.2.1',
    PGPORT: '1',
    PGUSER: 'evil',
    PGPASSWORD: 'evil',
    PGDATABASE: 'evil',
    PGOPTIONS: '-c default_transaction_read_only=on',
    PGAPPNAME: 'evil',
    PGSSLMODE: 'require',
    PGSSLNEGOTIATION: 'direct',
    PGREPLICATION: 'database',
    PGCLIENT_ENCODING: 'LATIN1',
    PGCONNECT_TIMEOUT: '1',
  };

  afterEach(() => {
    for (const name of Object.keys(ambient)) delete process.env[name];
  });

  it('do not take effect', async () => {
    const [{ port: portWithin } = {}] = await settlement.sql('SELECT inet_server_port() AS port');
    Object.assign(process.env, ambient);
    const { target } = configOf({ DATABASE_URL: settlement.url() });
    const client = await connectClient(target, {
      applicationName: 'mine',
      connectTimeoutMs: 2_000,
    });
    const { rows } = await client.query(
      `SELECT current_user AS role, inet_server_port() AS port, current_setting('application_name') AS name,
        current_setting('transaction_read_only') AS read_only, current_setting('client_encoding') AS encoding`,
    );
    await client.end();
    expect(rows[0]).toEqual({
      role: settlement.app,
      // In a container it is not the port that we connect to.
      port: portWithin,
      name: 'mine',
      read_only: 'off',
      encoding: 'UTF8',
    });
  });
});
