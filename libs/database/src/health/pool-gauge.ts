import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** The pool's figures, for readiness and for /metrics. All zero before the first connection. */
export class PoolGauge {
  constructor(
    private readonly dataSource: DataSource,
    readonly max: number,
  ) {}

  get total(): number {
    return this.pool?.totalCount ?? 0;
  }

  get idle(): number {
    return this.pool?.idleCount ?? 0;
  }

  /** Requests that wait for a connection. */
  get waiting(): number {
    return this.pool?.waitingCount ?? 0;
  }

  /** All in use and somebody waits. */
  get saturated(): boolean {
    return this.waiting > 0 && this.idle === 0 && this.total >= this.max;
  }

  // TypeORM's PostgresDriver calls its pg.Pool `master`.
  private get pool(): pg.Pool | undefined {
    return (this.dataSource.driver as unknown as { master?: pg.Pool }).master;
  }
}
