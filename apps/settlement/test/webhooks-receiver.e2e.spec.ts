import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { uuidv7 } from '@fusion-prime/kernel';
import { eventually, serviceUnderTest } from '@fusion-prime/testing';
import { settlement } from '../src/settlement.js';
import { newSecret } from '../src/webhooks/secret.js';
import { signatureHeaders } from '../src/webhooks/signature.js';

const service = serviceUnderTest(settlement, { vars: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
const program = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'examples',
  'webhook-receiver',
  'receiver.mjs',
);
const RECEIVED = 'settlement.command.received.v1';

let stop = async (): Promise<void> => undefined;
afterEach(() => stop());

/** The example as its README starts it, on a free port. */
function start(vars: Record<string, string>) {
  const child = spawn(process.execPath, [program], { env: { PORT: '0', ...vars } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exited = once(child, 'exit');
  stop = async () => {
    child.kill();
    await exited;
  };
  return { exited, output: () => output };
}

describe('examples/webhook-receiver', () => {
  it('shows the webhook of a command that was ingested, and refuses what nobody signed', async () => {
    const secret = newSecret();
    const receiver = start({ WEBHOOK_SECRET: secret });
    const [, url = ''] = await eventually(() => {
      const listening = /listening on (\S+)/.exec(receiver.output());
      expect(listening).not.toBeNull();
      return listening!;
    });
    const wish = { url: `${url}/hooks`, event_types: [RECEIVED], secret };
    expect((await service.api('POST', '/webhooks/subscriptions', wish)).status).toBe(201);
    await service.api('POST', '/commands/ingest', {
      command_id: 'cmd-hook-1',
      workflow_id: 'wf-1',
      account_ref: 'acct-1',
      amount: '12.50',
    });
    await eventually(() => {
      expect(receiver.output()).toMatch(/^new \S+ settlement\.command\.received\.v1 /m);
      expect(receiver.output()).toContain('"command_id":"cmd-hook-1"');
    });

    const message = { id: uuidv7(), sentAt: new Date(), body: '{"type":"x","data":{}}' };
    const post = async (headers: Record<string, string>, body = message.body): Promise<number> =>
      (await fetch(url, { method: 'POST', headers, body })).status;
    const signed = signatureHeaders(message, [newSecret(), secret]);
    const old = signatureHeaders({ ...message, sentAt: new Date(Date.now() - 600_000) }, [secret]);
    expect(await post(signed)).toBe(204);
    expect(await post(signed)).toBe(204);
    await eventually(() => {
      expect(receiver.output()).toContain(`again ${message.id}`);
    });
    expect(await post(signed, `${message.body} `)).toBe(401);
    expect(await post(signatureHeaders(message, [newSecret()]))).toBe(401);
    expect(await post(old)).toBe(401);
    expect(await post({})).toBe(401);
  });

  it('says what it wants without a secret', async () => {
    const receiver = start({});
    expect(await receiver.exited).toEqual([78, null]);
    expect(receiver.output()).toContain('WEBHOOK_SECRET is not set');
  });
});
