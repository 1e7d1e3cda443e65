import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TestFleet } from './fleet-fixture.js';
import {
  indexState,
  lastRow,
  NAME,
  oldReader,
  oldTransaction,
  until,
  up,
  waitingBuilder,
  withIndex,
} from './index-fixture.js';

const CHILD = join(import.meta.dirname, 'migrate-child.mjs');

let fleet: TestFleet;
afterEach(() => fleet.drop());

interface Runner {
  process: ChildProcess;
  exit: Promise<number | null>;
}

function start(): Runner {
  const child = spawn(process.execPath, [CHILD, fleet.file], {
    env: { ...process.env, ...fleet.vars },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { process: child, exit };
}

async function isAlive(pid: number): Promise<boolean> {
  const rows = await fleet.query(NAME, `SELECT FROM pg_stat_activity WHERE pid = ${pid}`);
  return rows.length > 0;
}

/** Kills a runner whose build waits for an old transaction; the backend that it leaves behind. */
async function killWhileBuilding(): Promise<number> {
  const runner = start();
  const backend = await waitingBuilder(fleet);
  runner.process.kill('SIGKILL');
  expect(await runner.exit).toBeNull();
  return backend;
}

describe('two programs at once', () => {
  it('build an index concurrently once, although an old transaction delays it', async () => {
    fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
    const old = await oldTransaction(fleet);
    const runners = [start(), start()];
    await waitingBuilder(fleet);
    // Both are at work now: one builds, the other asks for the lock again and again.
    await until('two sessions of the engine', async () => {
      const sessions = await fleet.query(
        NAME,
        `SELECT FROM pg_stat_activity WHERE application_name = 'fp migrate' AND datname = current_database()`,
      );
      return sessions.length >= 2;
    });
    expect(await indexState(fleet)).toBe('INVALID');
    await old.end();
    expect(await Promise.all(runners.map(({ exit }) => exit))).toEqual([0, 0]);
    expect(await fleet.history(NAME)).toEqual(['1 up applied', '2 up started', '2 up applied']);
    expect(await indexState(fleet)).toBe('valid');
  });
});

/** Reruns at once after the kill; whether the orphan was still at work then. */
async function rerunBesideOrphan(): Promise<boolean> {
  const old = await oldTransaction(fleet);
  const orphan = await killWhileBuilding();
  const holders: number[] = [];
  const rerun = up(fleet, {
    reporter: (event) => void (event.type === 'lock-busy' && holders.push(event.holder.pid)),
  });
  await until('the rerun builds', async () => (await waitingBuilder(fleet)) !== orphan);
  await old.end();
  expect(await rerun).toMatchObject({ exitCode: 0 });
  expect(await indexState(fleet)).toBe('valid');
  return holders.includes(orphan);
}

describe('kill -9 in the middle of a concurrent build', () => {
  it('is repaired by the rerun, after the old transaction has ended', async () => {
    fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
    const old = await oldTransaction(fleet);
    const backend = await killWhileBuilding();
    await until('the server notices', async () => !(await isAlive(backend)));
    await old.end();
    expect([await indexState(fleet), await lastRow(fleet)]).toEqual(['INVALID', '2 up started']);
    expect(await start().exit).toBe(0);
    expect(await indexState(fleet)).toBe('valid');
    expect(await lastRow(fleet)).toContain('was found INVALID, dropped, and built again');
  });

  it('is repaired by a rerun that begins while the orphan still builds', async () => {
    // The server notices within a second; on a busy machine the rerun may begin later than that.
    let met = false;
    for (let attempt = 1; attempt <= 3 && !met; attempt += 1) {
      if (attempt > 1) await fleet.drop();
      fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
      met = await rerunBesideOrphan();
    }
    expect(met).toBe(true);
  });

  it('is repaired whichever ends first, the orphan or the old transaction', async () => {
    fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
    const old = await oldTransaction(fleet);
    const orphan = await killWhileBuilding();
    await old.end();
    await until('the orphan is gone', async () => !(await isAlive(orphan)));
    expect(await start().exit).toBe(0);
    expect(await indexState(fleet)).toBe('valid');
    expect(await lastRow(fleet)).toMatch(
      /^2 up applied: recovered: index t_page was found (valid|INVALID)/,
    );
  });

  it('again and again, with a reader of the table in the way, ends right as well', async () => {
    fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
    const blocker = await oldTransaction(fleet);
    await killWhileBuilding();
    const reader = await oldReader(fleet);
    const second = start();
    await until('the rerun waits to drop the leftover', async () => {
      const rows = await fleet.query(
        NAME,
        `SELECT FROM pg_stat_activity WHERE query LIKE 'DROP INDEX CONC%' AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    second.process.kill('SIGKILL');
    expect(await second.exit).toBeNull();
    await blocker.end();
    await reader.end();
    expect(await start().exit).toBe(0);
    expect(await indexState(fleet)).toBe('valid');
  });
});
