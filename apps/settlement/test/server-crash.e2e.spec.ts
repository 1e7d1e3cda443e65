import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apiClient,
  ownServer,
  spawnService,
  testIssuer,
  testVariables,
  type ApiClient,
  type OwnServer,
  type SpawnedService,
} from '@fusion-prime/testing';

const CLIENTS = 8;
const WRITES_BEFORE_THE_CRASH = 300;

let server: OwnServer;
let service: SpawnedService;
let api: ApiClient;

beforeAll(async () => {
  server = await ownServer('settlement');
  const issuer = await testIssuer();
  service = await spawnService('settlement', testVariables({ database: server.database, issuer }));
  await service.ready();
  const scopes = ['settlement:read', 'settlement:write'];
  api = apiClient(service.url, await issuer.token({ audience: 'settlement', scopes }));
});

afterAll(async () => {
  await service.kill('SIGTERM');
  await server.remove();
});

/** One client that goes on writing until it is told to stop; the ids that were acknowledged. */
async function writeUntil(stopped: () => boolean, client: number, acknowledged: Set<string>) {
  for (let i = 0; !stopped(); i += 1) {
    const id = `c${client}-${i}`;
    const order = { command_id: id, workflow_id: 'wf', account_ref: 'acct' };
    const { status, text } = await api('POST', '/commands/ingest', order);
    if (status === 201) acknowledged.add(id);
    else expect({ status, text }).toMatchObject({ status: 503 });
  }
}

describe('kill -9 of PostgreSQL under load', () => {
  it('loses no write that was acknowledged, and the service goes on by itself', async () => {
    const acknowledged = new Set<string>();
    let stopped = false;
    const writers = Array.from({ length: CLIENTS }, (_, client) =>
      writeUntil(() => stopped, client, acknowledged),
    );
    await server.until(() => acknowledged.size >= WRITES_BEFORE_THE_CRASH);
    await server.kill();
    const atTheCrash = acknowledged.size;
    await server.restart();
    await service.ready();
    await server.until(() => acknowledged.size >= atTheCrash + WRITES_BEFORE_THE_CRASH);
    stopped = true;
    await Promise.all(writers);

    const rows = await server.database.query<{ command_id: string }>(
      'SELECT command_id FROM settlement_commands',
    );
    const stored = new Set(rows.map((row) => row.command_id));
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  });
});
