import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mayMeetPgBouncer, startPgBouncer, type Pooler } from '@fusion-prime/testing';
import { fleetStatus, fleetUp } from '../src/index.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

const describePooler = mayMeetPgBouncer() ? describe : describe.skip;

let fleet: TestFleet;
const poolers: Pooler[] = [];
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
});
afterAll(async () => {
  for (const pooler of poolers) await pooler.stop();
  await fleet.drop();
});

async function startPooler(mode: 'transaction' | 'session', poolSize: number): Promise<Pooler> {
  const pooler = await startPgBouncer({ url: fleet.urlOf('books', 'owner'), mode, poolSize });
  poolers.push(pooler);
  return pooler;
}

const locks = () =>
  fleet.query<{ n: number }>(
    'books',
    `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );

describePooler('behind a pooler', () => {
  it.each([1, 5])(
    'in transaction mode with %d backends nothing is changed, and no lock stays',
    async (size) => {
      const { url } = await startPooler('transaction', size);
      const report = await fleetUp(fleet.load({ BOOKS_MIGRATE_URL: url }));
      expect([report.exitCode, report.databases[0]?.problem?.code]).toEqual([14, 'BEHIND_POOLER']);
      expect(await fleet.tables('books')).toEqual([]);
      expect(await locks()).toEqual([{ n: 0 }]);
    },
  );

  it('the status may be read: it needs no session', async () => {
    const { url } = await startPooler('transaction', 2);
    const report = await fleetStatus(fleet.load({ BOOKS_MIGRATE_URL: url }));
    expect(report.databases[0]).toMatchObject({ state: 'pending', problem: null });
  });

  it('in session mode a backend is ours for as long as we want, so it works', async () => {
    const { url } = await startPooler('session', 5);
    const report = await fleetUp(fleet.load({ BOOKS_MIGRATE_URL: url }));
    expect([report.exitCode, report.databases[0]?.problem?.message]).toEqual([0, undefined]);
  });
});
