import type { DatabaseFault } from '../fault.js';
import type { MissingObjects, SchemaHealth } from './judge.js';
import type { PoolGauge } from './pool-gauge.js';
import type { HealthReason } from './server-rules.js';

export interface PoolHealth {
  ok: boolean;
  total: number;
  idle: number;
  waiting: number;
  max: number;
}

/** What a probe shows about the database. `ok` false: send no traffic. `degraded`: serves, but look at it. */
export interface DatabaseHealth extends SchemaHealth {
  ok: boolean;
  degraded: boolean;
  connectivity: { ok: boolean; error: string | null };
  pool: PoolHealth;
  overall_healthy: boolean;
}

const unknown = (): MissingObjects => ({ ok: false, missing: [] });

/** Without a connection nothing is known; and what is not known is not healthy. */
function unreachable(fault: DatabaseFault): SchemaHealth {
  return {
    reasons: [{ code: fault.reason, detail: fault.message }],
    server: { engine: null, version: null },
    identity: { ok: false, service: null, environment: null },
    tables: unknown(),
    columns: unknown(),
    indexes: { ...unknown(), invalid: [] },
    constraints: unknown(),
    grants: unknown(),
    migrations: {
      ok: false,
      state: 'unknown',
      current: null,
      pending: [],
      ahead: [],
      mismatched: [],
    },
  };
}

export type Finding = { schema: SchemaHealth } | { fault: DatabaseFault };

/** Puts the parts together; a saturated pool or a recently full disk degrades, everything else is down. */
export function assembleHealth(
  finding: Finding,
  around: { pool: PoolGauge; storageFull: boolean },
): DatabaseHealth {
  const schema = 'schema' in finding ? finding.schema : unreachable(finding.fault);
  const { total, idle, waiting, max, saturated } = around.pool;
  const impaired: HealthReason[] = [
    ...(saturated
      ? [
          {
            code: 'POOL_SATURATED' as const,
            detail: `all ${max} connections in use, ${waiting} requests wait`,
          },
        ]
      : []),
    ...(around.storageFull
      ? [{ code: 'STORAGE_FULL' as const, detail: 'a write found no space left' }]
      : []),
  ];
  const ok = schema.reasons.length === 0;
  return {
    ok,
    degraded: ok && impaired.length > 0,
    ...schema,
    reasons: [...schema.reasons, ...impaired],
    connectivity: {
      ok: 'schema' in finding,
      error: 'fault' in finding ? finding.fault.message : null,
    },
    pool: { ok: !saturated, total, idle, waiting, max },
    overall_healthy: ok,
  };
}
