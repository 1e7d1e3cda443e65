import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  type FleetDatabase,
  fleetUp,
  LOCK_KEY,
  type LockOwner,
  unlockDatabase,
  type UnlockReport,
} from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';
import {
  indexState,
  NAME,
  oldTransaction,
  up,
  waitingBuilder,
  withIndex,
} from './index-fixture.js';

let fleet: TestFleet;
let holders: pg.Client[] = [];
beforeEach(async () => {
  fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
});
afterEach(async () => {
  await Promise.all(holders.map((holder) => holder.end()));
  holders = [];
  await fleet.drop();
});

async function connect(role: 'owner' | 'app' | 'admin'): Promise<pg.Client> {
  const client = await fleet.client(NAME, role);
  holders.push(client);
  return client;
}

async function holder(
  role: 'owner' | 'app' | 'admin',
): Promise<{ client: pg.Client; pid: number }> {
  const client = await connect(role);
  await client.query(`SET application_name = 'night shift'`);
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pg_backend_pid() AS pid, pg_advisory_lock(${LOCK_KEY})`,
  );
  return { client, pid: rows[0]?.pid ?? 0 };
}

function database(): FleetDatabase {
  const [only] = fleet.load().databases;
  if (only === undefined) throw new Error('the fleet is empty');
  return only;
}

async function unlock(
  confirm: (owner: LockOwner) => Promise<void> = () => Promise.resolve(),
): Promise<UnlockReport> {
  return unlockDatabase(database(), { confirm });
}

describe('unlock', () => {
  it('ends nobody, and asks nobody, when nobody holds the lock', async () => {
    const bystander = await connect('owner');
    await bystander.query('SELECT pg_advisory_lock(1)');
    const asked = (): Promise<void> => Promise.reject(new Error('asked'));
    expect(await unlock(asked)).toMatchObject({ exitCode: 0, outcome: 'free', holder: null });
    expect((await bystander.query('SELECT 1')).rowCount).toBe(1);
  });

  it.each(['owner', 'app'] as const)('ends a holder of the role %s, and up runs', async (role) => {
    const { client, pid } = await holder(role);
    const gone = new Promise((resolve) => client.once('end', () => resolve('gone')));
    expect(await up(fleet, { lockWaitMs: 100 })).toMatchObject({ code: 'LOCK_BUSY' });
    const { outcome, holder: seen } = await unlock();
    expect([outcome, seen]).toEqual([
      'ended',
      expect.objectContaining({ pid, application: 'night shift', state: 'idle' }),
    ]);
    expect([seen?.user, seen?.query]).toEqual([
      fleet.spec(NAME)[role].user,
      expect.stringContaining('pg_advisory_lock'),
    ]);
    expect(seen?.ageMs).toBeGreaterThan(0);
    expect(await gone).toBe('gone');
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('ends a run in the middle of an index, and the next run recovers it', async () => {
    const old = await oldTransaction(fleet);
    const run = fleetUp(fleet.load());
    const pid = await waitingBuilder(fleet);
    const { outcome, holder: seen } = await unlock();
    expect([outcome, seen]).toEqual([
      'ended',
      expect.objectContaining({ pid, application: 'fp migrate', state: 'active' }),
    ]);
    expect(seen?.query).toContain('CREATE INDEX CONCURRENTLY');
    expect((await run).exitCode).not.toBe(0);
    await old.end();
    expect((await up(fleet)).exitCode).toBe(0);
    expect(await indexState(fleet)).toBe('valid');
  });

  it('ends nobody when the answer is no', async () => {
    const { client } = await holder('owner');
    await expect(unlock(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await client.query('SELECT 1')).rowCount).toBe(1);
  });

  it('ends nobody but the one that was shown', async () => {
    const first = await holder('owner');
    const next = await connect('owner');
    const report = await unlock(async () => {
      await first.client.query(`SELECT pg_advisory_unlock(${LOCK_KEY})`);
      await next.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    });
    expect(report.outcome).toBe('gone');
    for (const client of [first.client, next]) {
      expect((await client.query('SELECT 1')).rowCount).toBe(1);
    }
  });

  it('says who could end a holder that this role may not', async () => {
    const { client, pid } = await holder('admin');
    const refused = unlock((owner) => {
      expect(owner).toMatchObject({ pid, ageMs: null, state: null });
      return Promise.resolve();
    });
    await expect(refused).rejects.toMatchObject({
      code: 'RIGHTS_MISSING',
      exitCode: 12,
      message: expect.stringContaining(`SELECT pg_terminate_backend(${pid})`),
    });
    expect((await client.query('SELECT 1')).rowCount).toBe(1);
  });
});

describe('unlock of a database whose environment nobody named', () => {
  it('is refused before anybody is asked', async () => {
    await fleet.query(NAME, `UPDATE migrator.identity SET environment = 'production'`);
    const { client } = await holder('owner');
    const asked = unlock(() => Promise.reject(new Error('asked')));
    await expect(asked).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_NAMED', exitCode: 12 });
    expect((await client.query('SELECT 1')).rowCount).toBe(1);
  });
});
