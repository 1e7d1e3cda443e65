import { Agent } from 'undici';

/*
 * The HTTP of webhooks alone: the same bodies with the same client, no signature, no database, no result.
 * Started as a program of its own: node post-bodies.js URL COUNT AT_ONCE
 */
const [url = '', count = '0', atOnce = '1'] = process.argv.slice(2);
const body = JSON.stringify({
  type: 'settlement.command.received.v1',
  timestamp: new Date().toISOString(),
  data: {
    command_id: '0199f3a4-7c1e-7000-8000-000000000000',
    ...{ workflow_id: 'wf-1', account_ref: 'acct-1', payer: 'acct-1', payee: 'acct-2' },
    ...{ asset_symbol: 'USDC', amount: '12.500000000000000001', status: 'received' },
    ...{ reason: null, reason_iso: null, version: 1 },
  },
});
const agent = new Agent({ connections: null, pipelining: 1 });
const headers = { 'content-type': 'application/json' };
let left = Number(count);
const startedAt = performance.now();
await Promise.all(
  Array.from({ length: Number(atOnce) }, async () => {
    while (left > 0) {
      left -= 1;
      const options = { origin: url, path: '/', method: 'POST', headers, body } as const;
      const answer = await agent.request(options);
      await answer.body.dump();
    }
  }),
);
const seconds = (performance.now() - startedAt) / 1_000;
await agent.close();
process.stdout.write(`${String(Number(count) / seconds)}\n`);
