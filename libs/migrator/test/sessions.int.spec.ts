import { afterAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Sessions } from '../src/fleet/sessions.js';
import { openSession } from '../src/run/session.js';
import { adminUrl, targetOf } from './fleet-fixture.js';

const opened: pg.Client[] = [];
afterAll(async () => {
  for (const client of opened) await client.end().catch(() => undefined);
});

async function open(): Promise<pg.Client> {
  const client = await openSession(targetOf(adminUrl()), 'books');
  opened.push(client);
  return client;
}

const pidOf = async (client: pg.Client): Promise<number> =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;

/** Not events.once: what the server says before it ends a session is an `error`. */
const endOf = (client: pg.Client): Promise<void> =>
  new Promise((resolve) => client.once('end', () => resolve()));

describe('a session between preflight and run', () => {
  it('is given to its own database, once', async () => {
    const sessions = new Sessions();
    const client = await open();
    await sessions.park('books', client);
    expect(await sessions.take('films')).toBeNull();
    expect(await sessions.take('books')).toBe(client);
    expect(await sessions.take('books')).toBeNull();
  });

  it('is not given out when the server has ended it meanwhile', async () => {
    const sessions = new Sessions();
    const client = await open();
    const pid = await pidOf(client);
    await sessions.park('books', client);
    const ended = endOf(client);
    await (await open()).query('SELECT pg_terminate_backend($1)', [pid]);
    await ended;
    expect(await sessions.take('books')).toBeNull();
  });

  it('is closed when it has waited for too long, or when there are too many', async () => {
    const sessions = new Sessions(1, -1);
    const [kept, surplus] = [await open(), await open()];
    await sessions.park('books', kept);
    await sessions.park('films', surplus);
    expect(await sessions.take('films')).toBeNull();
    expect(await sessions.take('books')).toBeNull();
    await expect(kept.query('SELECT 1')).rejects.toThrow();
  });

  it('is waited for while it logs in, and missing when the login failed', async () => {
    const sessions = new Sessions();
    sessions.prepare('books', open);
    expect(await pidOf((await sessions.take('books')) as pg.Client)).toBeGreaterThan(0);
    sessions.prepare('films', () => Promise.reject(new Error('no such server')));
    expect(await sessions.take('films')).toBeNull();
  });

  it('is closed at the end of the run', async () => {
    const sessions = new Sessions();
    const client = await open();
    await sessions.park('books', client);
    await sessions.closeAll();
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });
});
