import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { apiClient, startTestService, testDatabase, testIssuer } from '@fusion-prime/testing';
import type { ApiClient, RunningTestService, TestDatabase } from '@fusion-prime/testing';
import { ForgetAnswers } from '../src/idempotency/forget-answers.js';
import { keyedService, seen } from './keyed-service.js';

let database: TestDatabase;
let service: RunningTestService;
let clients: Record<'alice' | 'bob', ApiClient>;

beforeAll(async () => {
  database = await testDatabase('settlement');
  const issuer = await testIssuer();
  service = await startTestService(keyedService, { database, issuer });
  const as = async (subject: string) =>
    apiClient(
      service.url,
      await issuer.token({ audience: 'settlement', scopes: ['settlement:write'], subject }),
    );
  clients = { alice: await as('alice'), bob: await as('bob') };
});
afterAll(() => service.close());
beforeEach(async () => {
  await database.query('DELETE FROM service_canary');
  await database.query('DELETE FROM idempotency_keys');
  seen.calls = 0;
});

let keys = 0;
const freshKey = (): string => `key-${String((keys += 1))}`;
const post = (path: string, body: object, key?: string, who: 'alice' | 'bob' = 'alice') =>
  clients[who]('POST', path, body, key === undefined ? {} : { 'idempotency-key': key });
const countOf = async (table: string): Promise<number> =>
  Number((await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);

describe('a POST with an Idempotency-Key', () => {
  it('is done once, and answered the same again: status, headers, bytes', async () => {
    const key = freshKey();
    const first = await post('/notes', { value: 'a' }, key);
    const again = await post('/notes', { value: 'a' }, key);
    expect(first).toMatchObject({ status: 201, body: { value: 'a' } });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect([again.status, again.text]).toEqual([201, first.text]);
    for (const name of ['location', 'etag', 'content-type']) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(first.headers.get('location')).toBe(`/notes/${String(first.body['id'])}`);
    expect(await countOf('service_canary')).toBe(1);
  });

  it('is answered as without one', async () => {
    const keyed = await post('/notes', { value: 'a' }, freshKey());
    const plain = await post('/notes', { value: 'a' });
    const shape = ({ status, headers }: typeof plain) => [status, [...headers.keys()].sort()];
    expect(shape(keyed)).toEqual(shape(plain));
    expect(keyed.headers.get('content-type')).toBe(plain.headers.get('content-type'));
  });

  it('takes effect once of fifty sent at once', async () => {
    const key = freshKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/notes', { value: 'a' }, key)),
    );
    const created = answers.filter(
      (a) => a.status === 201 && !a.headers.has('idempotent-replayed'),
    );
    const others = answers.filter((answer) => !created.includes(answer));
    expect(created).toHaveLength(1);
    for (const { status, headers, text, body } of others) {
      if (status === 201) expect(text).toBe(created[0]?.text);
      else {
        expect([status, body['code']]).toEqual([409, 'idempotency-key-in-progress']);
        expect(headers.get('retry-after')).toBe('1');
      }
    }
    expect([await countOf('service_canary'), await countOf('idempotency_keys')]).toEqual([1, 1]);
  });

  it('is refused with 409 while the first one runs, and answered afterwards', async () => {
    const key = freshKey();
    let open = (): void => undefined;
    seen.gate = new Promise((resolve) => (open = resolve));
    // Whichever came first holds the key until the gate opens.
    const both = [post('/notes', { value: 'a' }, key), post('/notes', { value: 'a' }, key)];
    const turnedAway = await Promise.race(both);
    expect(turnedAway).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-in-progress' },
    });
    open();
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([201, 409]);
    const later = await post('/notes', { value: 'a' }, key);
    expect(later.headers.get('idempotent-replayed')).toBe('true');
  });

  it('asks for one thing only', async () => {
    const key = freshKey();
    await post('/notes', { value: 'a' }, key);
    for (const [path, body] of [
      ['/notes', { value: 'b' }],
      ['/notes/nothing', { value: 'a' }],
    ] as const) {
      const answer = await post(path, body, key);
      expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    }
    expect(await countOf('service_canary')).toBe(1);
  });

  it('must be of the form, and then nothing is done', async () => {
    const answer = await post('/notes', { value: 'a' }, 'a b');
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency-key-malformed' } });
    expect(await countOf('service_canary')).toBe(0);
  });

  it('is another key when another principal sends it', async () => {
    const key = freshKey();
    const mine = await post('/notes', { value: 'a' }, key, 'alice');
    const yours = await post('/notes', { value: 'b' }, key, 'bob');
    expect([mine.status, yours.status]).toEqual([201, 201]);
    expect(await countOf('service_canary')).toBe(2);
  });

  it('may be answered by nothing', async () => {
    const key = freshKey();
    await post('/notes/nothing', { value: 'a' }, key);
    expect(await post('/notes/nothing', { value: 'a' }, key)).toMatchObject({
      status: 204,
      text: '',
    });
    expect(await countOf('service_canary')).toBe(1);
  });

  it('keeps no secret, and shows it once', async () => {
    const key = freshKey();
    const first = await post('/notes/secret', { value: 'a' }, key);
    const again = await post('/notes/secret', { value: 'a' }, key);
    expect(first.body['secret']).toMatch(/^whsec_/);
    expect(again.body).toEqual({ id: first.body['id'], secret: null });
    const rows = await database.query('SELECT response_body FROM idempotency_keys');
    expect(String(rows[0]?.['response_body'])).not.toContain('whsec_');
  });

  it('is nothing to a route that knows its repetitions by itself', async () => {
    const key = freshKey();
    await post('/notes/named', { value: 'a' }, key);
    await post('/notes/named', { value: 'b' }, key);
    expect([await countOf('service_canary'), await countOf('idempotency_keys')]).toEqual([2, 0]);
  });
});

describe('what is refused under a key', () => {
  it.each(['conflict', 'not_found', 'invalid', 'precondition_failed'])(
    'is refused for good when it is %s, and nothing of it stays',
    async (kind) => {
      const key = freshKey();
      const first = await post('/notes/refused', { kind }, key);
      const again = await post('/notes/refused', { kind }, key);
      expect(first.body).toMatchObject({ code: 'note-refused' });
      expect(again.text).toBe(first.text);
      expect(again.status).toBe(first.status);
      expect(again.headers.get('content-type')).toBe('application/problem+json');
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect([await countOf('service_canary'), await countOf('idempotency_keys')]).toEqual([0, 1]);
    },
  );

  it.each(['malformed', 'forbidden', 'unavailable'])(
    'leaves the key free when it is %s',
    async (kind) => {
      const key = freshKey();
      for (let turn = 1; turn <= 2; turn += 1) {
        const answer = await post('/notes/refused', { kind }, key);
        expect(answer.body).toMatchObject({ code: 'note-refused' });
        expect(answer.headers.get('idempotent-replayed')).toBeNull();
      }
      expect([await countOf('service_canary'), await countOf('idempotency_keys')]).toEqual([0, 0]);
    },
  );

  it('leaves the key free when a schema refused it before it began', async () => {
    const key = freshKey();
    expect((await post('/notes', {}, key)).status).toBe(422);
    expect((await post('/notes', { value: 'a' }, key)).status).toBe(201);
  });
});

describe('the one transaction of key, effect and answer', () => {
  it('is repeated as a whole when it fails to serialize', async () => {
    const key = freshKey();
    const answer = await post('/notes/contended', { failures: 2 }, key);
    expect(answer).toMatchObject({ status: 201, body: { calls: 3 } });
    expect(await database.query('SELECT value FROM service_canary')).toEqual([
      { value: 'attempt 3' },
    ]);
    expect((await post('/notes/contended', { failures: 2 }, key)).text).toBe(answer.text);
  });

  it('is given up after three repetitions, and the key is free', async () => {
    const answer = await post('/notes/contended', { failures: 4 }, freshKey());
    expect(answer).toMatchObject({ status: 503, body: { code: 'contention' } });
    expect(seen.calls).toBe(4);
    expect([await countOf('service_canary'), await countOf('idempotency_keys')]).toEqual([0, 0]);
  });

  it('holds what a use-case does in several, side by side, and goes on after a failure', async () => {
    const answer = await post('/notes/varied', { value: 'a' }, freshKey());
    expect(answer).toMatchObject({ status: 201, body: { again: 'was taken', rows: 3 } });
    expect(await countOf('service_canary')).toBe(3);
  });

  it('undoes the effect when the answer cannot be kept', async () => {
    await database.query(
      `ALTER TABLE idempotency_keys ADD CONSTRAINT not_today CHECK (response_status <> 201)`,
    );
    const answer = await post('/notes', { value: 'a' }, freshKey());
    await database.query('ALTER TABLE idempotency_keys DROP CONSTRAINT not_today');
    expect(answer.status).toBe(422);
    expect(await countOf('service_canary')).toBe(0);
  });
});

describe('kept answers', () => {
  it('are given for a day', async () => {
    await post('/notes', { value: 'a' }, freshKey());
    const rows = await database.query(
      `SELECT expires_at - created_at = interval '24 hours' AS "forADay" FROM idempotency_keys`,
    );
    expect(rows).toEqual([{ forADay: true }]);
  });

  it('that have expired give their key free, and are removed in batches', async () => {
    const key = freshKey();
    await post('/notes', { value: 'a' }, key);
    await database.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '2 d', expires_at = now() - interval '1 s'`,
    );
    const fresh = await post('/notes', { value: 'b' }, key);
    expect(fresh.headers.get('idempotent-replayed')).toBeNull();
    await database.query(
      `INSERT INTO idempotency_keys SELECT 'carol', n::text, method, path, fingerprint, response_status,
         response_headers, response_body, now() - interval '2 d', now() - interval '1 d'
         FROM idempotency_keys, generate_series(1, 700) n`,
    );
    const forget = service.app.get(ForgetAnswers, { strict: false });
    expect([await forget.execute(), await forget.execute(), await forget.execute()]).toEqual([
      500, 200, 0,
    ]);
    expect((await post('/notes', { value: 'b' }, key)).text).toBe(fresh.text);
  });
});
