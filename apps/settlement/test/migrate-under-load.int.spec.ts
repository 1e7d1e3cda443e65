import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apiClient,
  eventually,
  spawnService,
  startTestService,
  testDatabase,
  testIssuer,
  testVariables,
  type ApiClient,
  type TestDatabase,
} from '@fusion-prime/testing';
import { settlement } from '../src/settlement.js';
import { migrate, OldInstances, productionDatabase } from './migrate-under-load-database.js';

const OLD_ROWS = 20_000;
const CONTENT = `SELECT md5(string_agg(c::text, '' ORDER BY command_id)) AS digest FROM (
    SELECT command_id, workflow_id, account_ref, payer, payee, asset_symbol, amount_numeric, status,
           last_updated FROM settlement_commands WHERE command_id LIKE 'old-%') AS c`;

let database: TestDatabase;
let instances: OldInstances;
let contentBefore: unknown;
let insertedBefore: number;
let applied: number;
beforeAll(async () => {
  database = await productionDatabase(OLD_ROWS);
  contentBefore = await database.query(CONTENT);
  instances = new OldInstances(database);
  await eventually(() => expect(instances.inserted.length).toBeGreaterThan(0));
  insertedBefore = instances.inserted.length;
  applied = await migrate(database);
  const migrated = instances.inserted.length;
  await eventually(() => expect(instances.inserted.length).toBeGreaterThan(migrated));
  await instances.stop();
});

async function count(where: string): Promise<number> {
  const [row] = await database.query<{ found: number }>(
    `SELECT count(*)::int AS found FROM settlement_commands c WHERE ${where}`,
  );
  return row?.found ?? -1;
}

describe('while a database of production gets the newest schema', () => {
  it('no insert of the release before fails, and none is lost', async () => {
    expect(applied).toBeGreaterThan(20);
    expect(instances.failures).toEqual([]);
    expect(instances.inserted.length).toBeGreaterThan(insertedBefore);
    expect(await count(`command_id LIKE 'new-%'`)).toBe(instances.inserted.length);
  });

  it('every old command stays what it was', async () => {
    expect(await database.query(CONTENT)).toEqual(contentBefore);
    expect(await count(`command_id LIKE 'old-%'`)).toBe(OLD_ROWS);
  });

  it('every old command gets the time that is known of it, and the step that it is at', async () => {
    const known = `created_at = last_updated OR last_updated IS NULL AND created_at IS NOT NULL`;
    expect(await count(`command_id LIKE 'old-%' AND (${known})`)).toBe(OLD_ROWS);
    const step = `EXISTS (SELECT FROM settlement_command_history h
      WHERE h.command_id = c.command_id AND h.seq = c.version AND h.from_status IS NULL
        AND h.to_status = c.status AND h.occurred_at = c.created_at)`;
    expect(await count(`command_id LIKE 'old-%' AND version = 1 AND ${step}`)).toBe(OLD_ROWS);
  });

  it('those that ended badly get a reason, and no other does', async () => {
    const badly = `status IN ('rejected', 'failed', 'cancelled')`;
    expect(await count(`${badly} AND reason_code IS DISTINCT FROM 'unrecorded'`)).toBe(0);
    expect(await count(`NOT ${badly} AND reason_code IS NOT NULL`)).toBe(0);
  });

  it('what the release before inserts meanwhile has every column that must be there', async () => {
    const [whole] = await database.query<{ columns: string[] }>(
      `SELECT array_agg(column_name::text ORDER BY column_name) AS columns FROM information_schema.columns
        WHERE table_name = 'settlement_commands' AND is_nullable = 'NO'`,
    );
    expect(whole?.columns).toEqual(
      expect.arrayContaining(['attempts', 'command_id', 'created_at', 'status', 'version']),
    );
    expect(await count(`command_id LIKE 'new-%' AND (version <> 1 OR attempts <> 0)`)).toBe(0);
  });
});

describe('the new service', () => {
  let api: ApiClient;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const issuer = await testIssuer();
    const scopes = ['settlement:read', 'settlement:write'];
    const token = await issuer.token({ audience: 'settlement', scopes });
    const rules = { COMPLIANCE_UNKNOWN_PARTY: 'APPROVED' };
    const compliance = await spawnService(
      'compliance',
      testVariables({ database: await testDatabase('compliance'), issuer, vars: rules }),
    );
    await compliance.ready();
    const vars = { COMPLIANCE_URL: compliance.url };
    const service = await startTestService(settlement, { database, issuer, vars });
    api = apiClient(service.url, token);
    close = async () => {
      await service.close();
      await compliance.kill('SIGTERM');
    };
    const deposit = { account_ref: 'acct-1', asset_symbol: 'USDC', amount: '1' };
    expect((await api('POST', '/deposits', deposit)).status).toBe(201);
  });
  afterAll(() => close());

  it('takes an old command on from where it stood', async () => {
    const [old] = await database.query<{ command_id: string }>(
      `SELECT command_id FROM settlement_commands WHERE command_id LIKE 'old-%' AND status = 'received'
          AND payer = 'acct-1' AND payee IS NOT NULL AND amount_numeric IS NOT NULL LIMIT 1`,
    );
    const path = `/commands/${old?.command_id ?? ''}`;
    const { status, body } = await api('POST', `${path}/validate`);
    expect([status, body['status'], body['version']]).toEqual([200, 'validated', 2]);
    const { body: history } = await api('GET', `${path}/history`);
    expect(history['data']).toMatchObject([
      { version: 1, from: null, to: 'received', actor: 'migration' },
      { version: 2, from: 'received', to: 'validated', actor: 'tester' },
    ]);
  });

  it('takes one that came meanwhile all the way', async () => {
    const path = `/commands/${instances.inserted.at(-1) ?? ''}`;
    const reached = [];
    for (const step of ['validate', 'execute', 'settle']) {
      reached.push((await api('POST', `${path}/${step}`)).body['status']);
    }
    expect(reached).toEqual(['validated', 'executed', 'settled']);
  });
});
