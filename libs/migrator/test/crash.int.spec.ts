import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fleetDown, fleetStatus, fleetUp } from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';

const REPETITIONS = 50;
const STEPS = 6;
const CHILD = join(import.meta.dirname, 'migrate-child.mjs');
// A step takes about 15 ms; the kill falls somewhere into the run or just after it.
const LONGEST_DELAY_MS = 120;

/** Two tables with a pause between them: half a step would be seen. */
const files = Object.fromEntries(
  Array.from({ length: STEPS }, (_, index) => index + 1).flatMap((step) => [
    [
      `${step}_step.sql`,
      `CREATE TABLE s${step}_a (id int); SELECT pg_sleep(0.01); CREATE TABLE s${step}_b (id int);`,
    ],
    [`${step}_step_down.sql`, `DROP TABLE s${step}_a; DROP TABLE s${step}_b;`],
  ]),
);

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files }]);
});
afterAll(() => fleet.drop());

/** mulberry32: the same fifty moments in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function killAfter(delayMs: number): Promise<void> {
  const child = spawn(process.execPath, [CHILD, fleet.file], {
    env: { ...process.env, ...fleet.vars },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  await sleep(delayMs);
  child.kill('SIGKILL');
  await exit;
}

/** Tables and history tell the same whole version, whenever one looks: one statement, one snapshot. */
async function wholeVersion(): Promise<number> {
  const [row] = await fleet.query<{ tables: string[]; steps: string[] }>(
    'books',
    `SELECT ARRAY(SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1) AS tables,
            ARRAY(SELECT DISTINCT ON (number) CASE direction WHEN 'up' THEN number::text END
                  FROM migrator.history ORDER BY number, seq DESC) AS steps`,
  );
  const applied = row?.steps.filter((step) => step !== null).sort() ?? [];
  expect(row?.tables).toEqual(applied.flatMap((step) => [`s${step}_a`, `s${step}_b`]));
  return applied.length;
}

describe('kill -9 of a migrating process', () => {
  it(`at ${REPETITIONS} random moments leaves whole versions, and a rerun resumes`, async () => {
    const next = random(20_260_101);
    const reached: number[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      await killAfter(next() * LONGEST_DELAY_MS);
      reached.push(await wholeVersion());
      const resumed = await fleetUp(fleet.load());
      expect(resumed).toMatchObject({ exitCode: 0, done: ['books'] });
      expect(await wholeVersion()).toBe(STEPS);
      expect((await fleetDown(fleet.load(), { steps: STEPS })).exitCode).toBe(0);
    }
    // The kills must have met runs that were under way, at different places.
    expect(reached.filter((step) => step < STEPS).length).toBeGreaterThan(REPETITIONS / 2);
    expect(new Set(reached).size).toBeGreaterThan(2);
    expect((await fleetStatus(fleet.load())).exitCode).toBe(0);
  }, 90_000);
});
