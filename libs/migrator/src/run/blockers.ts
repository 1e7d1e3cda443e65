import { connectClient, type DatabaseTarget } from '@fusion-prime/database/connection';
import type { LockHolder } from './advisory-lock.js';
import { closeSession, TOOL_NAME } from './session.js';

// After lock_timeout the wait is over and nobody can be seen any more: look while it lasts.
const LOOK_AFTER = 0.6;
const CONNECT_TIMEOUT_MS = 1_000;

const BLOCKERS_SQL = `
  SELECT a.pid, coalesce(a.application_name, '') AS application, coalesce(a.usename, '') AS "user",
         (extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.backend_start)) * 1000)::float8 AS "ageMs"
  FROM pg_stat_activity a WHERE a.pid = ANY (pg_blocking_pids($1))`;

/** Sees who blocks a backend, over connections of its own that are only opened during a long wait. */
export class BlockerWatch {
  private looking: Promise<void> = Promise.resolve();
  private seen: LockHolder[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(target: DatabaseTarget, pid: number, lockTimeoutMs: number) {
    const look = async (): Promise<void> => {
      const blockers = await lookUp(target, pid);
      if (blockers.length > 0) this.seen = blockers;
    };
    this.timer = setInterval(() => {
      this.looking = look();
    }, lockTimeoutMs * LOOK_AFTER).unref();
  }

  /** Those seen last; empty when nobody was in the way. */
  async blockers(): Promise<LockHolder[]> {
    await this.looking;
    return this.seen;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

async function lookUp(target: DatabaseTarget, pid: number): Promise<LockHolder[]> {
  try {
    const client = await connectClient(target, {
      applicationName: `${TOOL_NAME} watch`,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      queryTimeoutMs: CONNECT_TIMEOUT_MS,
    });
    try {
      return (await client.query<LockHolder>(BLOCKERS_SQL, [pid])).rows;
    } finally {
      await closeSession(client);
    }
  } catch {
    // Not being able to say who blocks must not fail the migration.
    return [];
  }
}
