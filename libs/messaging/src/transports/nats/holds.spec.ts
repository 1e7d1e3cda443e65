import { describe, expect, it } from '@jest/globals';
import { Holds } from './holds.js';

describe('events that are to come again', () => {
  it('are overtaken by nothing of their aggregate, and hold nobody else', () => {
    const holds = new Holds(() => 0);
    holds.hold('a', 5, 100);
    expect([4, 5, 6].map((seq) => holds.stops('a', seq))).toEqual([false, false, true]);
    expect(holds.stops('b', 6)).toBe(false);
  });

  it('keep their order among themselves', () => {
    const holds = new Holds(() => 0);
    holds.hold('a', 5, 100);
    holds.hold('a', 6, 100);
    holds.release('a', 5);
    expect([holds.stops('a', 6), holds.stops('a', 7)]).toEqual([false, true]);
    holds.release('a', 6);
    expect(holds.stops('a', 7)).toBe(false);
  });

  it('are not waited for without end: another instance may have got them', () => {
    let now = 0;
    const holds = new Holds(() => now);
    holds.hold('a', 5, 100);
    now = 2_099;
    expect(holds.stops('a', 6)).toBe(true);
    now = 2_100;
    expect(holds.stops('a', 6)).toBe(false);
  });
});
