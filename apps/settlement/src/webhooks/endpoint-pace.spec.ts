import { describe, expect, it } from '@jest/globals';
import { EndpointPace } from './endpoint-pace.js';

const FAST = { ok: true, slow: false, gaveBack: false };
const SLOW = { ok: true, slow: true, gaveBack: true };
const DEAD = { ok: false, slow: false, gaveBack: false };
const MANY = 1_000;

describe('an endpoint', () => {
  it('that nothing is known of gets four at once', () => {
    expect(new EndpointPace(100).take('a', false, MANY)).toBe(4);
  });

  it('that answers fast gets twice as many with each answer, up to 32', () => {
    const pace = new EndpointPace(100);
    pace.take('a', false, 4);
    for (let i = 0; i < 4; i += 1) pace.end('a', FAST);
    expect(pace.take('a', false, MANY)).toBe(32);
  });

  it('that fails gets one at a time, and recovers with its first fast answer', () => {
    const pace = new EndpointPace(100);
    pace.take('a', false, 1);
    pace.end('a', DEAD);
    expect(pace.take('a', false, MANY)).toBe(1);
    pace.end('a', FAST);
    expect(pace.take('a', false, MANY)).toBe(2);
  });

  it('that is slow gets half as many, and never more than eight', () => {
    const pace = new EndpointPace(100);
    pace.take('a', false, 1);
    expect(pace.markSlow('a')).toBe(true);
    expect(pace.take('a', false, MANY)).toBe(1);
    pace.end('a', SLOW);
    pace.end('a', FAST);
    for (let i = 0; i < 9; i += 1) {
      pace.take('a', false, 1);
      pace.markSlow('a');
      pace.end('a', SLOW);
    }
    expect(pace.take('a', false, MANY)).toBeLessThanOrEqual(8);
  });

  it('known to be failing gets one at a time from the start', () => {
    expect(new EndpointPace(100).take('a', true, MANY)).toBe(1);
  });
});

describe('endpoints together', () => {
  it('take no more than there are slots, and what was taken for nothing is free again', () => {
    const pace = new EndpointPace(6);
    expect(pace.take('a', false, MANY)).toBe(4);
    expect(pace.take('b', false, MANY)).toBe(2);
    expect(pace.take('c', false, MANY)).toBe(0);
    pace.giveBack('a', 3);
    expect(pace.take('c', false, MANY)).toBe(3);
  });

  it('that fail begin in a quarter of the slots, and the others in the rest', () => {
    const pace = new EndpointPace(40);
    const taken = Array.from({ length: 50 }, (_, i) => pace.take(`dead-${String(i)}`, true, MANY));
    expect(taken.reduce((sum, slots) => sum + slots)).toBe(10);
    expect(pace.take('well', false, MANY)).toBe(4);
    expect(pace.free).toBe(26);
  });

  it('that hang give their slots back after a second, and get no more', () => {
    const pace = new EndpointPace(8);
    pace.take('a', false, 4);
    pace.take('b', false, 4);
    expect(pace.free).toBe(0);
    for (const id of ['a', 'b']) for (let i = 0; i < 4; i += 1) pace.markSlow(id);
    expect(pace.free).toBe(8);
    expect([pace.take('a', false, MANY), pace.take('b', false, MANY)]).toEqual([0, 0]);
    expect(pace.take('well', false, MANY)).toBe(4);
  });

  it('that hang count among the slots again once there are four times as many of them', () => {
    const pace = new EndpointPace(1);
    const gaveBack = Array.from({ length: 5 }, (_, i) => {
      pace.take(String(i), false, 1);
      return pace.markSlow(String(i));
    });
    expect(gaveBack).toEqual([true, true, true, true, false]);
    expect(pace.free).toBe(0);
    pace.end('0', { ok: false, slow: true, gaveBack: true });
    expect(pace.free).toBe(0);
    pace.end('4', { ok: false, slow: true, gaveBack: false });
    expect(pace.free).toBe(1);
  });

  it('are counted among those that fail with everything that holds a slot', () => {
    const pace = new EndpointPace(16);
    pace.take('a', false, 4);
    pace.end('a', DEAD);
    // Three of its requests are still out: the lane of four has room for one more.
    expect(pace.take('b', true, 1)).toBe(1);
    expect(pace.take('c', true, 1)).toBe(0);
    for (let i = 0; i < 3; i += 1) pace.end('a', DEAD);
    expect(pace.take('c', true, 1)).toBe(1);
  });
});
