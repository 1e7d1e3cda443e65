import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DatabaseHealth } from './database-health.js';
import type { DatabaseReadiness } from './readiness.js';

/** Readiness and startup in terminus' shape: `{ database: { status, … } }`. */
export class DatabaseHealthIndicator {
  private readonly indicators = new HealthIndicatorService();

  constructor(private readonly readiness: DatabaseReadiness) {}

  async ready(): Promise<HealthIndicatorResult> {
    return this.show(await this.readiness.check());
  }

  async startup(): Promise<HealthIndicatorResult> {
    return this.show(await this.readiness.startup());
  }

  private show({ ok, degraded, ...details }: DatabaseHealth): HealthIndicatorResult {
    const session = this.indicators.check('database');
    if (!ok) return session.down(details);
    return degraded ? session.degraded(details) : session.up(details);
  }
}
