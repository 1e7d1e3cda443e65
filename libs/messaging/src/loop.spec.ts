import { describe, expect, it } from '@jest/globals';
import { Loop, type LoopOptions } from './loop.js';

const HOUR_MS = 3_600_000;

/** Resolves when the turn with this number begins. */
function counted(turn: (n: number, signal: AbortSignal) => Promise<boolean>) {
  let turns = 0;
  const waiting = new Map<number, () => void>();
  const warnings: unknown[] = [];
  const options: LoopOptions = {
    name: 'test',
    idleMs: HOUR_MS,
    log: { warn: (facts) => void warnings.push(facts['event']) },
    turn: (signal) => {
      turns += 1;
      waiting.get(turns)?.();
      return turn(turns, signal);
    },
  };
  const loop = new Loop(options);
  const turnNumber = (n: number): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(n, resolve);
      if (turns >= n) resolve();
    });
  return { loop, turnNumber, warnings, turns: () => turns };
}

describe('a loop', () => {
  it('goes on at once while there is more, then pauses until somebody nudges it', async () => {
    const { loop, turnNumber, turns } = counted(async (n) => n < 5);
    loop.start();
    loop.start();
    await turnNumber(5);
    await new Promise((resolve) => setImmediate(resolve));
    expect(turns()).toBe(5);
    loop.nudge();
    await turnNumber(6);
    await loop.stop();
  });

  it('goes on after a turn that threw, and says so', async () => {
    const { loop, turnNumber, warnings } = counted(async (n) => {
      if (n === 1) throw new Error('once');
      return false;
    });
    loop.start();
    await turnNumber(2);
    await loop.stop();
    expect(warnings).toEqual(['loop.failed']);
  });

  it('that is stopped tells the turn in progress, waits for it, and begins no other', async () => {
    let ended = false;
    const { loop, turnNumber, turns } = counted(async (_n, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await new Promise((resolve) => setImmediate(resolve));
      ended = true;
      return true;
    });
    loop.start();
    await turnNumber(1);
    await loop.stop();
    expect([ended, turns()]).toEqual([true, 1]);
    loop.start();
    loop.nudge();
    await loop.stop();
    expect(turns()).toBe(1);
  });

  it('that was stopped before it began never begins', async () => {
    const { loop, turns } = counted(async () => true);
    await loop.stop();
    loop.start();
    await loop.stop();
    expect(turns()).toBe(0);
  });
});
