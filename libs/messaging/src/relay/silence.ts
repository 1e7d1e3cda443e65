import { growing, type RelayLimits } from './limits.js';

/**
 * How long a subscriber that does not answer is left alone.
 *
 *   answering ──silent──► paused ──time──► probed ──answers──► answering
 *                            ▲                └──silent──┘  pauses double, up to a bound
 */
export class Silence {
  private failures = 0;
  private untilMs = 0;

  constructor(
    private readonly limits: Pick<RelayLimits, 'firstPauseMs' | 'longestPauseMs'>,
    private readonly random: () => number = Math.random,
  ) {}

  /** Nobody answered the last time. */
  get silent(): boolean {
    return this.failures > 0;
  }

  isPaused(nowMs: number): boolean {
    return nowMs < this.untilMs;
  }

  /** @returns the pause */
  begin(nowMs: number): number {
    this.failures += 1;
    const { firstPauseMs: firstMs, longestPauseMs: longestMs } = this.limits;
    const pauseMs = growing(this.failures, { firstMs, longestMs, random: this.random() });
    this.untilMs = nowMs + pauseMs;
    return pauseMs;
  }

  /** @returns whether there was a silence to end */
  end(): boolean {
    const ended = this.silent;
    this.failures = 0;
    this.untilMs = 0;
    return ended;
  }
}
