import { describe, expect, it } from '@jest/globals';
import { outcomeOf, type PostResult } from './delivery.js';
import { healthAfter, PATIENCE_MS, type AttemptMark } from './endpoint-health.js';
import { parseRetryAfterMs, RETRY_DELAYS_MS, retryDelayMs } from './retry-schedule.js';

const HOUR_MS = 3_600_000;
const answer = (status: number, retryAfterMs: number | null = null): PostResult => ({
  status,
  body: '',
  retryAfterMs,
});

describe('what becomes of a delivery', () => {
  it.each<[string, PostResult, string]>([
    ['200', answer(200), 'delivered'],
    ['204', answer(204), 'delivered'],
    ['299', answer(299), 'delivered'],
    ['199', answer(199), 'pending'],
    ['301', answer(301), 'pending'],
    ['400', answer(400), 'pending'],
    ['404', answer(404), 'pending'],
    ['410', answer(410), 'failed'],
    ['500', answer(500), 'pending'],
    ['no answer', { error: 'timeout' }, 'pending'],
  ])('after %s', (_what, result, status) => {
    expect(outcomeOf(result, 0, 0).status).toBe(status);
  });

  it('it is tried ten times, each at its place in the schedule, and then failed', () => {
    const delays = [];
    let outcome = outcomeOf(answer(500), 0, 0);
    while (outcome.status === 'pending') {
      delays.push(outcome.delayMs);
      outcome = outcomeOf(answer(500), outcome.retries, 0);
    }
    expect(delays).toEqual(RETRY_DELAYS_MS.slice(1));
    expect(outcome).toEqual({ status: 'failed', retries: 10, delayMs: 0 });
  });
});

describe('the pause before the next attempt', () => {
  it.each([
    ['the schedule’s', 2, null, 300_000],
    ['what was asked for', 2, HOUR_MS, HOUR_MS],
    ['not less than the schedule’s', 2, 1_000, 300_000],
    ['at most a day', 2, 48 * HOUR_MS, 24 * HOUR_MS],
  ])('is %s', (_what, failures, asked, expected) => {
    expect(retryDelayMs(failures, asked, 0)).toBe(expected);
  });

  it('is a little longer at random', () => {
    expect(retryDelayMs(1, null, 1)).toBeCloseTo(5_500);
  });

  it.each([
    [429, HOUR_MS],
    [503, HOUR_MS],
    [500, 5_000],
  ])('heeds Retry-After of a %i', (status, delayMs) => {
    expect(outcomeOf(answer(status, HOUR_MS), 0, 0).delayMs).toBe(delayMs);
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  it.each([
    [undefined, null],
    ['120', 120_000],
    ['0', 0],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['2026', 2_026_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ])('%s is %s ms', (value, ms) => {
    expect(parseRetryAfterMs(value, now)).toBe(ms);
  });
});

describe('the health of an endpoint', () => {
  const start = new Date('2026-01-01T00:00:00Z');
  const mark = (afterMs: number, ending: AttemptMark['ending']): AttemptMark => ({
    at: new Date(start.getTime() + afterMs),
    ending,
  });

  it('remembers since when it fails, and forgets with one success', () => {
    const failing = healthAfter(null, [mark(0, 'failure'), mark(1, 'failure')]);
    expect(failing).toEqual({ firstFailureAt: start, disable: null });
    expect(healthAfter(start, [mark(1, 'success')]).firstFailureAt).toBeNull();
    const again = healthAfter(start, [mark(2, 'failure'), mark(1, 'success')]);
    expect(again.firstFailureAt).toEqual(mark(2, 'failure').at);
  });

  it('is given up after five days of failures, and not before', () => {
    expect(healthAfter(start, [mark(PATIENCE_MS - 1, 'failure')]).disable).toBeNull();
    expect(healthAfter(start, [mark(PATIENCE_MS, 'failure')]).disable).toBe('endpoint-failing');
  });

  it('is gone at once with a 410', () => {
    expect(healthAfter(null, [mark(0, 'gone')])).toEqual({
      firstFailureAt: start,
      disable: 'endpoint-gone',
    });
  });
});
