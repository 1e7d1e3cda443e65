import { describe, expect, it } from '@jest/globals';
import { serviceUnderTest } from '@fusion-prime/testing';
import { alert } from '../src/alert.js';

interface Result {
  outcome: string;
  alert: { alert_id: string; episode: number; severity: string } | null;
}

const service = serviceUnderTest(alert, { subject: 'on-call' });

async function report(...alerts: object[]): Promise<Result[]> {
  const { status, body } = await service.api('POST', '/alerts', {
    alerts: alerts.map((one) => ({ severity: 'critical', ...one })),
  });
  expect(status).toBe(200);
  return body['results'] as Result[];
}

let count = 0;
/** Labels that no other test uses. */
function aTrouble(): { labels: Record<string, string> } {
  count += 1;
  return { labels: { alertname: 'Trouble', instance: `db-${count}` } };
}

async function aFiringAlert(): Promise<string> {
  const [result] = await report(aTrouble());
  return result?.alert?.alert_id ?? '';
}

describe('a trouble', () => {
  it('is one alert however often it is reported', async () => {
    const trouble = aTrouble();
    const [first] = await report(trouble);
    const [second] = await report({ ...trouble, severity: 'warning' });
    expect(first).toMatchObject({ outcome: 'raised', alert: { episode: 1 } });
    expect(second).toMatchObject({
      outcome: 'repeated',
      alert: { alert_id: first?.alert?.alert_id, severity: 'warning' },
    });
  });

  it('is the same whatever the order of its labels, and an empty label counts for none', async () => {
    const [first] = await report({ labels: { a: '1', b: '2' } });
    const [second] = await report({ labels: { b: '2', a: '1', c: '' } });
    expect(second?.alert?.alert_id).toBe(first?.alert?.alert_id);
  });

  it('begins a new episode when it comes back', async () => {
    const trouble = aTrouble();
    const [first] = await report(trouble);
    const [over] = await report({ ...trouble, status: 'resolved' });
    const [back] = await report(trouble);
    expect(over).toMatchObject({ outcome: 'resolved' });
    expect(back).toMatchObject({ outcome: 'raised', alert: { episode: 2 } });
    expect(back?.alert?.alert_id).not.toBe(first?.alert?.alert_id);
  });

  it('that does not fire has no end', async () => {
    const [result] = await report({ ...aTrouble(), status: 'resolved' });
    expect(result).toEqual({ outcome: 'not-firing', alert: null });
  });

  it('makes one alert of fifty reports that come at once, in any order', async () => {
    const [one, two] = [aTrouble(), aTrouble()];
    const batches = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? [one, two] : [two, one]));
    const results = (await Promise.all(batches.map((batch) => report(...batch)))).flat();
    expect(results.filter(({ outcome }) => outcome === 'raised')).toHaveLength(2);
    expect(new Set(results.map((result) => result.alert?.alert_id)).size).toBe(2);
  });

  it('never ends before it began', async () => {
    const trouble = aTrouble();
    await report({ ...trouble, at: '2026-01-02T00:00:00Z' });
    const [over] = await report({ ...trouble, status: 'resolved', at: '2026-01-01T00:00:00Z' });
    expect(over?.alert).toMatchObject({ ends_at: '2026-01-02T00:00:00.000Z' });
  });

  it.each([
    [
      'an unknown severity',
      { severity: 'catastrophic' },
      '/alerts/0/severity',
      'validation-failed',
    ],
    ['no label', { labels: {} }, '/alerts/0/labels', 'labels-empty'],
    ['only empty labels', { labels: { a: '' } }, '/alerts/0/labels', 'labels-empty'],
    [
      'a label name with a space',
      { labels: { 'a b': 'c' } },
      '/alerts/0/labels/a b',
      'validation-failed',
    ],
  ])(
    'is refused with %s, and nothing of its batch is taken',
    async (_what, overrides, pointer, code) => {
      const before = await service.database.query('SELECT count(*) FROM alerts');
      const { status, body } = await service.api('POST', '/alerts', {
        alerts: [
          { severity: 'info', ...aTrouble(), ...overrides },
          { severity: 'info', ...aTrouble() },
        ],
      });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code, errors: [{ pointer }] });
      expect(await service.database.query('SELECT count(*) FROM alerts')).toEqual(before);
    },
  );
});

describe('an alert', () => {
  it('is resolved by hand once', async () => {
    const id = await aFiringAlert();
    expect((await service.api('POST', `/alerts/${id}/resolve`)).body).toMatchObject({
      state: 'RESOLVED',
    });
    const again = await service.api('POST', `/alerts/${id}/resolve`);
    expect(again).toMatchObject({ status: 409, body: { code: 'alert-resolved' } });
  });

  it('is 404 when nobody raised it', async () => {
    const path = '/alerts/00000000-0000-7000-8000-000000000000';
    const expected = { status: 404, body: { code: 'alert-not-found' } };
    expect(await service.api('GET', path)).toMatchObject(expected);
    expect(await service.api('POST', `${path}/resolve`)).toMatchObject(expected);
    expect(await service.api('POST', `${path}/ack`, {})).toMatchObject(expected);
  });

  it('is found by its state, page by page', async () => {
    for (let i = 0; i < 5; i += 1) await report({ ...aTrouble(), severity: 'info' });
    const seen = new Set<string>();
    let query = '?state=FIRING&severity=info&limit=2';
    for (;;) {
      const { body } = await service.api('GET', `/alerts${query}`);
      for (const one of body['data'] as { alert_id: string }[]) {
        expect(seen.has(one.alert_id)).toBe(false);
        seen.add(one.alert_id);
      }
      if (body['next_cursor'] === null) break;
      query = `?state=FIRING&severity=info&limit=2&cursor=${body['next_cursor'] as string}`;
    }
    expect(seen.size).toBe(5);
  });
});

describe('an acknowledgement', () => {
  it('is live for one person at a time, until it is withdrawn', async () => {
    const id = await aFiringAlert();
    const first = await service.api('POST', `/alerts/${id}/ack`, { note: 'looking' });
    expect(first).toMatchObject({ status: 201, body: { actor: 'on-call', note: 'looking' } });
    const second = await service.api('POST', `/alerts/${id}/ack`, {});
    expect(second).toMatchObject({ status: 409, body: { code: 'already-acknowledged' } });
    expect((await service.api('POST', `/alerts/${id}/unack`)).status).toBe(204);
    const none = await service.api('POST', `/alerts/${id}/unack`);
    expect(none).toMatchObject({ status: 409, body: { code: 'not-acknowledged' } });
    expect((await service.api('POST', `/alerts/${id}/ack`, {})).status).toBe(201);
  });

  it('that has run out makes way for the next', async () => {
    const id = await aFiringAlert();
    await service.api('POST', `/alerts/${id}/ack`, {});
    await service.database.query(
      `UPDATE acknowledgements SET acknowledged_at = now() - interval '2 h', expires_at = now() - interval '1 h'
        WHERE alert_id = $1`,
      [id],
    );
    expect((await service.api('POST', `/alerts/${id}/ack`, {})).status).toBe(201);
  });

  it('is refused when it would have run out already', async () => {
    const body = { expires_at: '2020-01-01T00:00:00Z' };
    const answer = await service.api('POST', `/alerts/${await aFiringAlert()}/ack`, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'expiry-in-past' } });
  });

  it('is refused once the trouble is over', async () => {
    const id = await aFiringAlert();
    await service.api('POST', `/alerts/${id}/resolve`);
    const answer = await service.api('POST', `/alerts/${id}/ack`, {});
    expect(answer).toMatchObject({ status: 409, body: { code: 'alert-resolved' } });
  });
});

describe('the timeline of an alert', () => {
  it('tells everything that happened, in order, and cannot be changed', async () => {
    const id = await aFiringAlert();
    await service.api('POST', `/alerts/${id}/ack`, {});
    await service.api('POST', `/alerts/${id}/unack`);
    await service.api('POST', `/alerts/${id}/resolve`);
    const { body } = await service.api('GET', `/alerts/${id}/timeline`);
    expect(body['data']).toMatchObject([
      { seq: 1, kind: 'raised', actor: 'on-call' },
      { seq: 2, kind: 'acknowledged' },
      { seq: 3, kind: 'unacknowledged' },
      { seq: 4, kind: 'resolved' },
    ]);
    await expect(service.database.query('DELETE FROM alert_timeline')).rejects.toThrow(
      'append-only',
    );
  });
});
