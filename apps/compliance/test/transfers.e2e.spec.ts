import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceUnderTest } from '@fusion-prime/testing';
import { compliance } from '../src/compliance.js';

const service = serviceUnderTest(compliance, {
  subject: 'officer-1',
  vars: { COMPLIANCE_UNKNOWN_PARTY: 'HELD' },
});

const TRANSFER = { payer: 'good', payee: 'fine', asset_symbol: 'USDC', amount: '12.50' };
let count = 0;
const freshId = (): string => `cmd-${String((count += 1))}`;
const evaluate = (id: string, change: object = {}) =>
  service.api('POST', `/transfers/${id}/evaluate`, { ...TRANSFER, ...change });
const evaluateMany = (transfers: object[]) =>
  service.api('POST', '/transfers/evaluate', { transfers });
const decide = (id: string, decision: string, headers: Record<string, string> = {}) =>
  service.api('POST', `/transfers/${id}/decision`, { decision, reason: 'papers-seen' }, headers);
const outboxOf = (id: string) =>
  service.database.query('SELECT * FROM outbox WHERE aggregate_id = $1', [id]);

async function aParty(externalRef: string, move: object): Promise<void> {
  const profile = { external_ref: externalRef, kind: 'PERSON', names: ['A'] };
  const subject = await service.api('POST', '/subjects', profile);
  const path = `/subjects/${String(subject.body['subject_id'])}/checks`;
  const check = await service.api('POST', path, { kind: 'KYC' });
  const id = String(check.body['check_id']);
  expect((await service.api('POST', `/checks/${id}/transition`, move)).status).toBe(200);
}

beforeAll(async () => {
  await aParty('good', { to_state: 'APPROVED' });
  await aParty('fine', { to_state: 'APPROVED', valid_until: '2099-01-01T00:00:00Z' });
  await aParty('lapsed', { to_state: 'APPROVED', valid_until: '2020-01-01T00:00:00Z' });
  await aParty('blocked', { to_state: 'BLOCKED' });
  await aParty('rejected', { to_state: 'REJECTED', reject_type: 'FINAL' });
  await aParty('reviewed', { to_state: 'IN_REVIEW' });
});

describe('a transfer', () => {
  it.each([
    ['fine', 'APPROVED', []],
    ['lapsed', 'HELD', ['party-expired']],
    ['blocked', 'REJECTED', ['party-blocked']],
    ['rejected', 'REJECTED', ['party-rejected']],
    ['reviewed', 'HELD', ['party-not-approved']],
    ['stranger', 'HELD', ['party-unknown']],
  ])('to %s is %s', async (payee, decision, reasons) => {
    const id = freshId();
    const { status, body } = await evaluate(id, { payee });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { settlement_id: id, decision, reasons, version: 1 },
    });
    const read = await service.api('GET', `/transfers/${id}`);
    expect(read.body).toMatchObject({
      ...TRANSFER,
      payee,
      amount: '12.5',
      decision,
      evaluated_at: body['evaluated_at'],
      history: [{ version: 1, decision, reasons, actor: 'officer-1' }],
    });
    expect(await outboxOf(id)).toEqual([]);
  });

  it('is evaluated once for each id, also of fifty asked at once', async () => {
    const id = freshId();
    const answers = await Promise.all(Array.from({ length: 50 }, () => evaluate(id)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array.from({ length: 49 }, () => 200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    for (const { status, headers } of answers) {
      expect(headers.get('idempotent-replayed')).toBe(status === 200 ? 'true' : null);
    }
    const history = await service.database.query(
      'SELECT FROM transfer_decision_history WHERE settlement_id = $1',
      [id],
    );
    expect(history).toHaveLength(1);
  });

  it('is the same one when its amount is written otherwise', async () => {
    const id = freshId();
    await evaluate(id);
    expect((await evaluate(id, { amount: '12.500' })).status).toBe(200);
  });

  it.each([
    ['payer', { payer: 'fine' }],
    ['payee', { payee: 'good' }],
    ['asset_symbol', { asset_symbol: 'EURC' }],
    ['amount', { amount: '12.51' }],
  ])('is no other one under the same id: %s', async (field, change) => {
    const id = freshId();
    await evaluate(id);
    expect(await evaluate(id, change)).toMatchObject({
      status: 422,
      body: {
        code: 'settlement-id-reused',
        errors: [{ pointer: `/${field}`, code: 'settlement-id-reused' }],
      },
    });
  });

  it('is 404 when nobody asked about it', async () => {
    for (const answer of [
      await service.api('GET', '/transfers/nobody'),
      await decide('nobody', 'APPROVED'),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'transfer-not-found' } });
    }
  });
});

describe('many transfers', () => {
  it('are answered in their order, those that were evaluated before among them', async () => {
    const [known, blocked, fresh, other] = [freshId(), freshId(), freshId(), freshId()];
    const before = await evaluate(known);
    await evaluate(other);
    const { status, body } = await evaluateMany([
      { settlement_id: fresh, ...TRANSFER },
      { settlement_id: known, ...TRANSFER },
      { settlement_id: other, ...TRANSFER, amount: '99' },
      { settlement_id: blocked, ...TRANSFER, payer: 'blocked' },
    ]);
    expect(status).toBe(200);
    expect(body['results']).toMatchObject([
      { settlement_id: fresh, decision: 'APPROVED', reasons: [] },
      before.body,
      // Nobody is let through by what was said of another transfer, nor held up by it.
      { settlement_id: other, decision: 'REJECTED', reasons: ['settlement-id-reused'] },
      { settlement_id: blocked, decision: 'REJECTED', reasons: ['party-blocked'] },
    ]);
    expect((await service.api('GET', `/transfers/${other}`)).body).toMatchObject({
      amount: '12.5',
      decision: 'APPROVED',
    });
  });

  it('may be five hundred, also when two ask about the same at once', async () => {
    const transfers = Array.from({ length: 500 }, () => ({
      settlement_id: freshId(),
      ...TRANSFER,
    }));
    const answers = await Promise.all([
      evaluateMany(transfers),
      evaluateMany(transfers.toReversed()),
    ]);
    const ids = (index: number) =>
      (answers[index]?.body['results'] as { settlement_id: string }[]).map((r) => r.settlement_id);
    const asked = transfers.map(({ settlement_id }) => settlement_id);
    expect([ids(0), ids(1).reverse()]).toEqual([asked, asked]);
    const first = transfers[0];
    expect(await evaluateMany([...transfers, { ...first }])).toMatchObject({ status: 422 });
  });

  it('stand in a request once each', async () => {
    const twice = { settlement_id: freshId(), ...TRANSFER };
    expect(await evaluateMany([twice, twice])).toMatchObject({
      status: 422,
      body: { code: 'settlement-id-repeated', errors: [{ pointer: '/transfers' }] },
    });
  });
});

describe('a person', () => {
  it.each(['APPROVED', 'REJECTED'])('decides %s, and settlement is told once', async (decision) => {
    const id = freshId();
    await evaluate(id, { payee: 'stranger' });
    expect(await decide(id, decision)).toMatchObject({
      status: 200,
      body: { decision, reasons: ['papers-seen'], version: 2 },
    });
    const rows = await outboxOf(id);
    expect(rows).toMatchObject([
      {
        subscriber: 'settlement',
        event_type: 'compliance.transfer.decided.v1',
        aggregate_seq: 2,
        payload: {
          settlement_id: id,
          decision,
          reasons: ['papers-seen'],
          decided_by: 'officer-1',
          version: 2,
        },
      },
    ]);
    const { body } = await service.api('GET', `/transfers/${id}`);
    expect(body['history']).toMatchObject([{ version: 1 }, { version: 2, actor: 'officer-1' }]);
    // Asked again, compliance says what holds now.
    expect((await evaluate(id, { payee: 'stranger' })).body).toMatchObject({
      decision,
      version: 2,
    });
  });

  it('decides once of many who do so at once', async () => {
    const id = freshId();
    await evaluate(id, { payee: 'stranger' });
    const answers = await Promise.all(
      ['APPROVED', 'REJECTED', 'APPROVED', 'REJECTED'].map((verdict) => decide(id, verdict)),
    );
    const told = answers.map(({ status, body }) => body['code'] ?? status);
    expect(told.filter((one) => one !== 'transfer-decided')).toEqual([200]);
    expect(await outboxOf(id)).toHaveLength(1);
  });

  it('does not decide what is decided', async () => {
    const id = freshId();
    await evaluate(id);
    expect(await decide(id, 'REJECTED')).toMatchObject({
      status: 409,
      body: { code: 'transfer-decided' },
    });
    expect(await outboxOf(id)).toEqual([]);
  });

  it('is answered the same when the request is sent again under its key', async () => {
    const id = freshId();
    await evaluate(id, { payee: 'stranger' });
    const key = { 'idempotency-key': id };
    const [first, again] = [await decide(id, 'APPROVED', key), await decide(id, 'APPROVED', key)];
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await outboxOf(id)).toHaveLength(1);
  });

  it('needs compliance:write', async () => {
    const reader = await service.apiWith('compliance:read');
    for (const [path, body] of [
      ['/transfers/x/evaluate', TRANSFER],
      ['/transfers/evaluate', { transfers: [{ settlement_id: 'x', ...TRANSFER }] }],
      ['/transfers/x/decision', { decision: 'APPROVED', reason: 'r' }],
    ] as const) {
      expect((await reader('POST', path, body)).status).toBe(403);
    }
  });
});

describe('the history of transfers', () => {
  it('cannot be changed or removed, not even by who owns the table', async () => {
    await evaluate(freshId());
    for (const sql of [
      `UPDATE transfer_decision_history SET actor = 'x'`,
      'DELETE FROM transfer_decision_history',
      'TRUNCATE transfer_decision_history',
    ]) {
      await expect(service.database.query(sql)).rejects.toThrow('append-only');
    }
  });
});
