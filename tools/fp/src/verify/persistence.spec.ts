import { describe, expect, it } from '@jest/globals';
import { provePersistence } from './persistence.js';
import type { Answer, ServiceClient } from './service-client.js';

const never = new AbortController().signal;
const WRITTEN_AT = '2026-11-20T09:00:00.000Z';
const silence: Answer = { status: 0, body: null, failure: 'ECONNRESET' };
const ofService = (status: number, body: object | null = null): Answer => ({
  status,
  body,
  failure: null,
});
const notFound = ofService(404, { code: 'canary-not-found' });

interface Behaviour {
  instance?: string;
  startedAt?: string;
  /** What the service answers to a write, which it does all the same. */
  writing?: Answer;
  reading?: Answer;
  /** What it answers to its first removals. */
  removing?: Answer[];
  /** It says that it removed, and did not. */
  keeps?: boolean;
}

/** A service that keeps what it is told, and may become another process. */
function serviceThat(behaviour: Behaviour) {
  const kept = new Map<string, string>();
  const calls: string[] = [];
  const process = { instance: 'first', startedAt: '2026-11-20T08:00:00.000Z', ...behaviour };
  const found = (path: string): Answer => {
    const value = kept.get(path);
    if (value === undefined) return notFound;
    const served_by = { instance: process.instance, started_at: process.startedAt };
    return ofService(200, { value, updated_at: WRITTEN_AT, served_by });
  };
  const client: ServiceClient = {
    url: 'http://127.0.0.1:4004',
    put: async (path, body) => {
      kept.set(path, (body as { value: string }).value);
      return behaviour.writing ?? found(path);
    },
    get: async (path) => behaviour.reading ?? found(path),
    delete: async (path) => {
      calls.push('delete');
      const answer = behaviour.removing?.shift() ?? ofService(204);
      if (answer.status === 204 && behaviour.keeps !== true) kept.delete(path);
      return answer;
    },
  };
  return { client, kept, process, calls };
}

type Service = ReturnType<typeof serviceThat>;
const becomes =
  (service: Service, startedAt: string, instance = 'second') =>
  async () => {
    Object.assign(service.process, { instance, startedAt });
  };
const prove = (service: Service, newInstance = async () => {}, signal = never) =>
  provePersistence({ service: 'alert', client: service.client, newInstance, waitMs: 0, signal });

describe('the proof of persistence', () => {
  it('is passed when a process that began after the writing knows the value', async () => {
    const service = serviceThat({});
    expect(await prove(service, becomes(service, '2026-11-20T09:00:01.000Z'))).toMatchObject({
      ok: true,
    });
    expect(service.kept.size).toBe(0);
  });

  it.each([
    ['another process that ran before the writing', '2026-11-20T08:59:59.000Z', 'second'],
    ['the same process', '2026-11-20T09:00:01.000Z', 'first'],
  ])('is VERIFY_NO_NEW_INSTANCE when %s answers', async (_what, startedAt, instance) => {
    const service = serviceThat({});
    const check = await prove(service, becomes(service, startedAt, instance));
    expect(check.code).toBe('VERIFY_NO_NEW_INSTANCE');
    expect(service.kept.size).toBe(0);
  });

  it.each<[string, Behaviour]>([
    ['removing the canary: 503', { removing: [ofService(503)] }],
    ['reading a canary that was removed: 200', { keeps: true }],
  ])('is VERIFY_CANARY when the value cannot be removed: %s', async (detail, behaviour) => {
    const service = serviceThat(behaviour);
    const check = await prove(service, becomes(service, '2026-11-20T09:00:01.000Z'));
    expect(check).toMatchObject({ code: 'VERIFY_CANARY', detail });
  });

  it('is VERIFY_LOST when the value is another one', async () => {
    const service = serviceThat({});
    const check = await prove(service, async () => {
      await becomes(service, '2026-11-20T09:00:01.000Z')();
      for (const path of service.kept.keys()) service.kept.set(path, 'another');
    });
    expect(check.code).toBe('VERIFY_LOST');
  });

  it('is VERIFY_CANARY when something before the service says 404', async () => {
    const service = serviceThat({ reading: ofService(404, { error: 'no route' }) });
    expect((await prove(service)).code).toBe('VERIFY_CANARY');
  });

  it('removes what was written although no answer to it came', async () => {
    const service = serviceThat({ writing: silence, removing: [silence] });
    expect(await prove(service)).toMatchObject({
      code: 'VERIFY_CANARY',
      detail: 'writing the canary: ECONNRESET',
    });
    expect(service.kept.size).toBe(0);
  });

  it('removes nothing where the writing was refused', async () => {
    const service = serviceThat({ writing: ofService(403, { code: 'missing-scope' }) });
    expect((await prove(service)).detail).toBe('writing the canary: 403 missing-scope');
    expect(service.calls).toEqual([]);
  });

  it('is VERIFY_INTERRUPTED by a signal, and removes what was written', async () => {
    const interruption = new AbortController();
    const service = serviceThat({});
    const killed = async (): Promise<void> => {
      interruption.abort();
      throw new Error('not done');
    };
    const check = await prove(service, killed, interruption.signal);
    expect(check.code).toBe('VERIFY_INTERRUPTED');
    expect(service.kept.size).toBe(0);
  });
});
