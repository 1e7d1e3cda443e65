import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { survey } from '../src/fleet/preflight.js';
import { underProof } from '../src/fleet/under-proof.js';
import { fleetUp } from '../src/index.js';
import { type GrabbedLock, grabLock } from '../src/run/advisory-lock.js';
import { openSession } from '../src/run/session.js';
import { TestFleet, targetOf, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
const opened: pg.Client[] = [];
beforeEach(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
});
afterEach(async () => {
  for (const client of opened.splice(0)) await client.end();
  await fleet.drop();
});

async function open(): Promise<pg.Client> {
  const client = await openSession(targetOf(fleet.urlOf('books', 'owner')), 'books');
  opened.push(client);
  return client;
}

async function surveyed() {
  const [database] = fleet.load().databases;
  if (database === undefined) throw new Error('no books');
  return survey(database, undefined);
}

async function lockOf(client: pg.Client): Promise<GrabbedLock> {
  const target = targetOf(fleet.urlOf('books', 'owner'));
  return grabLock(client, { database: 'books', target, waitMs: 1_000 });
}

describe('the round trip after the lock', () => {
  it('goes on with what the preflight saw when nobody has been here', async () => {
    const client = await open();
    const known = { surveyed: await surveyed(), lock: await lockOf(client), environment: 'test' };
    expect(await underProof(client, known)).toBe(known.surveyed);
  });

  it('reads everything again when another run has been here', async () => {
    const before = await surveyed();
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    const client = await open();
    const known = { surveyed: before, lock: await lockOf(client), environment: 'test' };
    const now = await underProof(client, known);
    expect([before.comparison.pending.length, now.comparison.pending.length]).toEqual([3, 0]);
  });

  it('that another backend answers is a pooler', async () => {
    const [holder, other] = [await open(), await open()];
    const known = { surveyed: await surveyed(), lock: await lockOf(holder), environment: 'test' };
    await expect(underProof(other, known)).rejects.toMatchObject({ code: 'BEHIND_POOLER' });
  });

  it('that is answered by another holder of the lock than the one that got it is a pooler', async () => {
    const client = await open();
    const lock = await lockOf(client);
    const known = {
      surveyed: await surveyed(),
      lock: { ...lock, pid: lock.pid + 1 },
      environment: 'test',
    };
    await expect(underProof(client, known)).rejects.toMatchObject({ code: 'BEHIND_POOLER' });
  });

  it('that finds the lock gone is a pooler too', async () => {
    const client = await open();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const lock = { waitedMs: 0, pid: rows[0]?.pid ?? 0 };
    const known = { surveyed: await surveyed(), lock, environment: 'test' };
    await expect(underProof(client, known)).rejects.toMatchObject({ code: 'BEHIND_POOLER' });
  });
});
