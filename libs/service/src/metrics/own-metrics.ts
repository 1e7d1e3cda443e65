import type { MetricOf } from './metric-of.js';

/** Where the features of a service add what `/metrics` shows of them. Read when somebody scrapes. */
export class OwnMetrics {
  private readonly metrics: MetricOf[] = [];

  add(...metrics: readonly MetricOf[]): void {
    this.metrics.push(...metrics);
  }

  all(): readonly MetricOf[] {
    return this.metrics;
  }
}
