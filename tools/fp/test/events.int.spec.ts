import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@fusion-prime/testing';
import { jsonSchemaOf } from '../src/schemas/published.js';
import { fpIn } from './fp-process.js';

const FLEET = join(import.meta.dirname, '..', '..', '..', 'migrations', 'fleet.yaml');
const fp = fpIn(mkdtempSync(join(tmpdir(), 'fp-events-')));
const ajv = new Ajv2020({ strict: true, validateFormats: false });
const ID = (n: number): string => `018f0000-0000-7000-8000-00000000000${String(n)}`;

let settlement: TestDatabase;
let alert: TestDatabase;
let vars: Record<string, string>;

beforeAll(async () => {
  settlement = await testDatabase('settlement');
  alert = await testDatabase('alert');
  vars = { SETTLEMENT_DATABASE_URL: settlement.appUrl, ALERT_DATABASE_URL: alert.appUrl };
});
afterEach(async () => {
  await settlement.query('TRUNCATE outbox, processed_events');
  await alert.query('TRUNCATE processed_events');
});

/** Two parked, one pending and one sent in settlement's outbox; one parked in the inbox of alert. */
async function store(): Promise<void> {
  const rows = [
    [1, 'parked', 'boom'],
    [2, 'parked', 'bang'],
    [3, 'pending', null],
    [4, 'sent', null],
  ] as const;
  for (const [n, status, error] of rows) {
    await settlement.query(
      `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq,
                           event_type, payload, occurred_at, status, attempts, last_error, sent_at)
       VALUES ($1, 'alert', 'webhook', 'w', $2, 'settlement.webhook.disabled.v1', '{"secret":"x"}',
               '2026-01-02T03:04:05Z', $3, 12, $4, $5)`,
      [ID(n), n, status, error, status === 'sent' ? new Date() : null],
    );
  }
  await alert.query(
    `INSERT INTO processed_events (consumer, source, event_id, status, event, last_error)
     VALUES ('alert', '/fusion-prime/settlement', $1, 'parked', $2, 'type-unknown: x')`,
    [ID(9), JSON.stringify({ type: 'x', subject: 's', data: { secret: 'x' } })],
  );
}

type Argument = string | Record<string, string | undefined>;

/** Arguments, and variables that differ. */
async function run(command: string, ...given: Argument[]) {
  const args = given.filter((one) => typeof one === 'string');
  const changed = Object.assign({}, ...given.filter((one) => typeof one !== 'string')) as object;
  const known = ['--fleet', FLEET, '--json', '--service', 'settlement,alert'];
  const all = ['events', command, ...args, ...known];
  const answer = await fp(all, { vars: { ...vars, ...changed } });
  const validate = ajv.compile((await jsonSchemaOf(`events ${command}`)) ?? {});
  expect([validate(answer.json), validate.errors]).toEqual([true, null]);
  return answer;
}

const statuses = async (): Promise<string[]> =>
  (await settlement.query<{ status: string }>('SELECT status FROM outbox ORDER BY id')).map(
    ({ status }) => status,
  );
const inbox = () => alert.query('SELECT status FROM processed_events');

describe('fp events list', () => {
  it('says so when nothing waits', async () => {
    const answer = await fp(['events', 'list', '--fleet', FLEET, '--service', 'settlement,alert'], {
      vars,
    });
    expect([answer.code, answer.stderr]).toEqual([0, expect.stringContaining('nothing waits')]);
  });

  it('shows what is pending and parked in every box, why, and never what it says', async () => {
    await store();
    const { code, json, stdout } = await run('list');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      services: [
        {
          name: 'settlement',
          problem: null,
          counts: [
            { box: 'outbox', status: 'parked', count: 2 },
            { box: 'outbox', status: 'pending', count: 1 },
          ],
          events: [
            {
              box: 'outbox',
              eventId: ID(1),
              type: 'settlement.webhook.disabled.v1',
              peer: 'alert',
              aggregateId: 'w',
              status: 'parked',
              attempts: 12,
              since: '2026-01-02T03:04:05.000Z',
              lastError: 'boom',
            },
            { eventId: ID(2) },
            { eventId: ID(3), status: 'pending', lastError: null },
          ],
        },
        {
          name: 'alert',
          counts: [{ box: 'inbox', status: 'parked', count: 1 }],
          events: [{ box: 'inbox', eventId: ID(9), type: 'x', peer: '/fusion-prime/settlement' }],
        },
      ],
    });
    expect(stdout).not.toContain('secret');
  });

  it('shows the statuses and as many as were asked for, and counts all', async () => {
    await store();
    const { json } = await run('list', '--status', 'parked', '--limit', '1');
    expect(json).toMatchObject({
      services: [
        { counts: [{ status: 'parked', count: 2 }], events: [{ eventId: ID(1) }] },
        { events: [{ eventId: ID(9) }] },
      ],
    });
    const plain = ['events', 'list', '--service', 'settlement', '--fleet', FLEET];
    const { stdout, stderr } = await fp(plain, { vars });
    expect(stdout).toMatch(/settlement +outbox +parked +018f0000\S+1 .* boom/);
    expect(stderr).toContain('settlement: 2 events parked in the outbox');
    const unknown = await fp([...plain, '--status', 'sent'], { vars });
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('some of pending')]);
  });

  it('says of a database that is not there, or another service’s, what is wrong with it', async () => {
    const foreign = (await testDatabase('compliance')).appUrl;
    const wrong = await run('list', { ALERT_DATABASE_URL: foreign });
    expect(wrong.code).toBe(12);
    expect(wrong.json).toMatchObject({
      services: [{ problem: null }, { problem: { code: 'DB_IDENTITY_MISMATCH', exitCode: 12 } }],
    });
    const nowhere = 'postgresql://a:b@127.0.0.1:1/alert_db';
    const away = await run('list', { ALERT_DATABASE_URL: nowhere });
    expect(away.json).toMatchObject({ exitCode: 9, services: [{}, { problem: { exitCode: 9 } }] });
    const unset = await run('list', { ALERT_DATABASE_URL: undefined });
    expect(unset.json).toMatchObject({
      exitCode: 2,
      services: [{}, { problem: { code: 'FLEET_URL_MISSING' } }],
    });
  });
});

describe('fp events retry', () => {
  it('says so when no such event is parked', async () => {
    const args = ['--fleet', FLEET, '--service', 'settlement,alert'];
    const answer = await fp(['events', 'retry', ID(7), ...args], { vars });
    expect([answer.code, answer.stderr]).toEqual([3, expect.stringContaining('no such event')]);
  });

  it('has the parked events that are named tried again, and touches no others', async () => {
    await store();
    const { code, json } = await run('retry', ID(2), ID(3), ID(9));
    expect([code, await statuses()]).toEqual([0, ['parked', 'pending', 'pending', 'sent']]);
    expect(json).toMatchObject({
      services: [
        { changed: [{ box: 'outbox', eventId: ID(2), peer: 'alert' }] },
        { changed: [{ box: 'inbox', eventId: ID(9) }] },
      ],
    });
    expect(
      await settlement.query('SELECT attempts FROM outbox WHERE event_id = $1', [ID(2)]),
    ).toEqual([{ attempts: 0 }]);
    expect(await inbox()).toEqual([{ status: 'retry' }]);
  });

  it('takes all, or those that are named, and says when there is none', async () => {
    await store();
    expect((await run('retry', '--all')).code).toBe(0);
    expect(await statuses()).toEqual(['pending', 'pending', 'pending', 'sent']);
    expect((await run('retry', '--all')).code).toBe(3);
    for (const args of [[], ['--all', ID(1)]]) {
      const { code, json } = await run('retry', ...args);
      expect([code, json]).toMatchObject([2, { error: { code: 'USAGE' } }]);
    }
  });

  it('changes nothing in an environment that nobody named', async () => {
    await store();
    await settlement.query(`UPDATE migrator.identity SET environment = 'production'`);
    const refused = await run('retry', ID(1));
    expect(refused.json).toMatchObject({
      exitCode: 12,
      services: [{ problem: { code: 'NOT_CONFIRMED' }, changed: [] }, {}],
    });
    const named = await fp(
      [
        'events',
        'retry',
        ID(1),
        '--service',
        'settlement',
        '--fleet',
        FLEET,
        '--env',
        'production',
      ],
      { vars },
    );
    expect([named.code, (await statuses())[0]]).toEqual([0, 'pending']);
    await settlement.query(`UPDATE migrator.identity SET environment = 'test'`);
  });
});

describe('fp events discard', () => {
  it('gives parked events up once that is confirmed', async () => {
    await store();
    const asked = await run('discard', ID(1));
    expect([asked.code, asked.json]).toMatchObject([12, { error: { code: 'NOT_CONFIRMED' } }]);
    const { code } = await run('discard', ID(1), ID(3), ID(9), '--yes');
    expect([code, await statuses()]).toEqual([0, ['discarded', 'parked', 'pending', 'sent']]);
    expect(await inbox()).toEqual([{ status: 'discarded' }]);
  });
});
