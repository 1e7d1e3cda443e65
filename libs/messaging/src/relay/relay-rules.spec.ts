import { describe, expect, it } from '@jest/globals';
import type { WireEvent } from '../cloud-event.js';
import { batchesOf } from './batches.js';
import { inParallel } from './in-parallel.js';
import { growing, RELAY_LIMITS } from './limits.js';
import { afterFailure, untried } from './setbacks.js';
import { Silence } from './silence.js';
import { Window } from './window.js';

describe('a growing pause', () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1_000],
    [2, 1, 2_000],
    [4, 1, 8_000],
    [40, 1, 60_000],
    [4_000, 0, 30_000],
  ])('after %d failures, scattered by %d, is %d ms', (failures, random, ms) => {
    expect(growing(failures, { firstMs: 1_000, longestMs: 60_000, random })).toBe(ms);
  });
});

describe('an event that failed', () => {
  const limits = { ...RELAY_LIMITS, maxAttempts: 3, firstBackoffMs: 100, longestBackoffMs: 1_000 };

  it.each([
    [0, { parked: false, delayMs: 100 }],
    [1, { parked: false, delayMs: 200 }],
    [2, { parked: true }],
  ])('for the first time after %d attempts is %j', (attempts, expected) => {
    const event = { eventId: 'e', attempts };
    expect(afterFailure(event, 'why', { limits, random: 1 })).toMatchObject(expected);
  });

  it('has its reason cut to what a row holds', () => {
    const event = { eventId: 'e', attempts: 0 };
    const { reason } = afterFailure(event, 'x'.repeat(5_000), { limits, random: 1 });
    expect(reason).toHaveLength(1_024);
  });

  it('by no fault of its own costs nothing', () => {
    expect(untried({ eventId: 'e' })).toMatchObject({ tried: false, parked: false, delayMs: 0 });
  });
});

describe('a silence', () => {
  it('pauses longer each time, and ends with an answer', () => {
    const silence = new Silence({ firstPauseMs: 100, longestPauseMs: 300 }, () => 1);
    expect(silence.silent).toBe(false);
    expect([silence.begin(0), silence.begin(100), silence.begin(300)]).toEqual([100, 200, 300]);
    expect(silence.isPaused(599)).toBe(true);
    expect(silence.isPaused(600)).toBe(false);
    expect(silence.silent).toBe(true);
    expect([silence.end(), silence.end()]).toEqual([true, false]);
    expect(silence.isPaused(0)).toBe(false);
  });
});

describe('batches', () => {
  const event = (subject: string, length: number): WireEvent => ({
    id: `${subject}${String(length)}`,
    type: 't',
    subject,
    text: 'x'.repeat(length),
  });
  const bounds = { batchSize: 3, batchBytes: 10 };

  it.each([
    ['', ''],
    ['a1 b1 c1 d1', 'a1 b1 c1 | d1'],
    ['a5 b6 c1', 'a5 | b6 c1'],
    ['a50 b1', 'a50 | b1'],
    // One subject stays together, in its order.
    ['a1 b1 a2 b2', 'a1 a2 | b1 b2'],
    // What is too much of one subject is left for a later claim, and so is what follows it.
    ['a1 a2 a3 a4 b1', 'a1 a2 a3 | b1'],
    ['a6 a5 a1 b1', 'a6 b1'],
  ])('of %j are %j', (given, expected) => {
    const events = given
      .split(' ')
      .filter(Boolean)
      .map((word) => event(word[0]!, Number(word.slice(1))));
    const batches = batchesOf(events, bounds).map((batch) => batch.map(({ id }) => id).join(' '));
    expect(batches.join(' | ')).toBe(expected);
  });
});

describe('the window of a claim', () => {
  it('grows while what it sees waits for something else, and shrinks again', () => {
    const window = new Window(8);
    expect(window.learn({ seen: 8, taken: 0 })).toBe(true);
    expect(window.size).toBe(32);
    expect(window.learn({ seen: 32, taken: 1 })).toBe(false);
    expect(window.size).toBe(128);
    expect(window.learn({ seen: 128, taken: 8 })).toBe(false);
    expect(window.size).toBe(64);
    for (let i = 0; i < 9; i += 1) window.learn({ seen: 1, taken: 1 });
    expect(window.size).toBe(8);
  });

  it('is wide enough once it has seen everything', () => {
    const window = new Window(8);
    expect(window.learn({ seen: 7, taken: 0 })).toBe(false);
    expect(window.size).toBe(8);
  });
});

describe('work in parallel', () => {
  it('is as wide as told, and its results are in the order of the items', async () => {
    let running = 0;
    let widest = 0;
    const results = await inParallel(2, [3, 1, 2], async (n) => {
      running += 1;
      widest = Math.max(widest, running);
      for (let i = 0; i < n; i += 1) await Promise.resolve();
      running -= 1;
      return n * 10;
    });
    expect(results).toEqual([30, 10, 20]);
    expect(widest).toBe(2);
  });
});
