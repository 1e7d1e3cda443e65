import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apiClient,
  eventually,
  startTestService,
  testDatabase,
  testIssuer,
} from '@fusion-prime/testing';
import { NatsServer, natsIsHere } from '../../messaging/test/nats-server.js';
import { deciding, taking } from './event-services.js';

const here = natsIsHere ? describe : describe.skip;
let nats: NatsServer | undefined;
beforeAll(async () => {
  if (natsIsHere) nats = await NatsServer.start();
});
afterAll(() => nats?.remove());

here('two services with EVENTS_TRANSPORT=nats', () => {
  it('send and take events by way of the server alone, each once', async () => {
    const issuer = await testIssuer();
    const vars = { EVENTS_TRANSPORT: 'nats', NATS_URL: nats?.url ?? '' };
    const database = await testDatabase('settlement');
    await database.query('CREATE TABLE effects (event_id text, about text)');
    await database.query('GRANT ALL ON effects TO settlement_app');
    const compliance = await testDatabase('compliance');
    const taker = await startTestService(taking, { database, issuer, vars });
    const sender = await startTestService(deciding, { database: compliance, issuer, vars });
    const scopes = ['compliance:write'];
    const writer = apiClient(sender.url, await issuer.token({ audience: 'compliance', scopes }));
    const about = Array.from({ length: 10 }, (_, i) => `cmd-${String(i)}`);
    for (const id of about) {
      await writer('POST', '/decide', { settlement_id: id, decided_by: 'alice' });
    }
    await eventually(async () => {
      const rows = await database.query<{ about: string }>('SELECT about FROM effects');
      expect(rows.map((row) => row.about).sort()).toEqual(about);
    });
    const metrics = await (await fetch(`${taker.url}/metrics`)).text();
    expect(metrics).toMatch(/events_received_total\{outcome="done",service="settlement"\} 10/);
    await sender.close();
    await taker.close();
  });
});
