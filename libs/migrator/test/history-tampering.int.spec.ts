import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fleetHistory, fleetStatus, fleetUp } from '../src/index.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.create([
    { name: 'clean', files: threeTables },
    { name: 'tampered', files: threeTables },
  ]);
});
afterAll(() => fleet.drop());

/** What only a superuser can do: without the trigger. */
async function behindTheTrigger(sql: string): Promise<void> {
  await fleet.query('tampered', `SET session_replication_role = replica; ${sql}`);
}

beforeEach(async () => {
  await behindTheTrigger(`
    TRUNCATE migrator.history; DROP TABLE IF EXISTS t1, t2, t3;
    DELETE FROM migrator.head;
    INSERT INTO migrator.head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'))`);
  expect((await fleetUp(fleet.load(), { only: ['tampered'] })).exitCode).toBe(0);
});

describe('a history that was', () => {
  it.each([
    ['edited', `UPDATE migrator.history SET sha256 = repeat('0', 64) WHERE seq = 2`],
    ['edited in a note', `UPDATE migrator.history SET os_user = 'nobody' WHERE seq = 1`],
    [
      'dated differently',
      `UPDATE migrator.history SET started_at = started_at + interval '1 microsecond' WHERE seq = 3`,
    ],
    ['shortened in the middle', 'DELETE FROM migrator.history WHERE seq = 2'],
    ['shortened at its end', 'DELETE FROM migrator.history WHERE seq = 3'],
    ['emptied', 'TRUNCATE migrator.history'],
    ['stripped of its head', 'DELETE FROM migrator.head'],
    [
      'swapped',
      'UPDATE migrator.history SET seq = CASE seq WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE seq < 3; UPDATE migrator.history SET seq = -seq WHERE seq < 0',
    ],
    [
      'extended',
      `INSERT INTO migrator.history SELECT (jsonb_populate_record(h, '{"seq": 4, "number": 9}')).* FROM migrator.history h WHERE seq = 3`,
    ],
  ])('%s is refused with exit code 10, and no database is changed', async (_how, sql) => {
    await behindTheTrigger(sql);
    const report = await fleetUp(fleet.load());
    expect(report.exitCode).toBe(10);
    expect(report.databases.map(({ problem }) => problem?.code)).toEqual([
      undefined,
      'HISTORY_TAMPERED',
    ]);
    expect(await fleet.tables('clean')).toEqual([]);
    const [status, history] = [await fleetStatus(fleet.load()), await fleetHistory(fleet.load())];
    expect([status.exitCode, history.exitCode]).toEqual([10, 10]);
  });

  it('left alone is accepted', async () => {
    expect((await fleetStatus(fleet.load())).exitCode).toBe(0);
  });
});
