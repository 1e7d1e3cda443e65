import { DatabaseHealthIndicator } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorFunction, HealthIndicatorResult } from '@nestjs/terminus';

/** What a service knows about its own health, beside its database's. */
export interface OwnCheck {
  /** Under which it appears in `/health`, e.g. `ledger`. */
  readonly name: string;
  /** Answers from memory: it is asked by every probe. */
  read(): { reasons: readonly { code: string; detail: string }[]; facts: Record<string, unknown> };
}

/** Where the features of a service add what must hold before it gets requests. */
@Injectable()
export class OwnChecks {
  private readonly checks: OwnCheck[] = [];

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabaseHealthIndicator,
  ) {}

  add(check: OwnCheck): void {
    this.checks.push(check);
  }

  /** The database first, then each that was added. */
  ready(): HealthIndicatorFunction[] {
    return [() => this.database.ready(), ...this.checks.map((check) => () => this.show(check))];
  }

  startup(): HealthIndicatorFunction[] {
    return [() => this.database.startup()];
  }

  private show(check: OwnCheck): HealthIndicatorResult {
    const { reasons, facts } = check.read();
    const session = this.indicators.check(check.name);
    return reasons.length > 0 ? session.down({ reasons, ...facts }) : session.up(facts);
  }
}
