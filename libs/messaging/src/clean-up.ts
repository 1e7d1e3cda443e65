import type { Transactions } from '@fusion-prime/database';

export interface CleanUpOptions {
  /** How long what was handed over stays to be looked at. */
  sentDays?: number;
  /** How long an event that came is remembered: longer than anybody may repeat it. */
  processedDays?: number;
  batchSize?: number;
  now?: () => Date;
}

const DAY_MS = 86_400_000;
const DEFAULTS = { sentDays: 7, processedDays: 30, batchSize: 1_000, now: () => new Date() };

// Ids are UUIDs of version 7, so the primary key is in the order of time and what is old is its first part:
// no index is kept for a clean-up. The date is asked for besides, since an old event may be handed over late.
const DELETE_SENT = `
  WITH old AS (
    SELECT event_id, subscriber FROM outbox
     WHERE event_id < $1::uuid AND status IN ('sent', 'discarded')
       AND coalesce(sent_at, next_attempt_at) < $2
     ORDER BY event_id LIMIT $3 FOR UPDATE SKIP LOCKED),
  gone AS (
    DELETE FROM outbox o USING old
     WHERE o.event_id = old.event_id AND o.subscriber = old.subscriber RETURNING 1)
  SELECT count(*)::int AS count FROM gone`;

const DELETE_PROCESSED = `
  WITH old AS (
    SELECT consumer, source, event_id FROM processed_events
     WHERE consumer = $4 AND source = $5 AND event_id < $1 AND status IN ('done', 'discarded')
       AND processed_at < $2
     ORDER BY event_id LIMIT $3 FOR UPDATE SKIP LOCKED),
  gone AS (
    DELETE FROM processed_events p USING old
     WHERE p.consumer = old.consumer AND p.source = old.source AND p.event_id = old.event_id
    RETURNING 1)
  SELECT count(*)::int AS count FROM gone`;

/**
 * Removes what was handed over, and what took effect, some days after; a bounded batch at a time, so that no
 * transaction is long. What is pending or parked stays, however old.
 */
export class CleanUp {
  private readonly options: Required<CleanUpOptions>;

  constructor(
    private readonly transactions: Transactions,
    options: CleanUpOptions = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** @returns whether there may be more */
  async outbox(): Promise<boolean> {
    return this.remove(DELETE_SENT, this.options.sentDays);
  }

  /** @param sources of the events that this consumer is told */
  async inbox(consumer: string, sources: readonly string[]): Promise<boolean> {
    let more = false;
    for (const source of sources) {
      const full = await this.remove(DELETE_PROCESSED, this.options.processedDays, [
        consumer,
        source,
      ]);
      more ||= full;
    }
    return more;
  }

  private async remove(sql: string, days: number, rest: readonly unknown[] = []): Promise<boolean> {
    const { batchSize, now } = this.options;
    const before = new Date(now().getTime() - days * DAY_MS);
    const values = [firstIdAt(before), before, batchSize, ...rest];
    const rows: { count: number }[] = await this.transactions.one((tx) => tx.query(sql, values));
    return rows[0]?.count === batchSize;
  }
}

/** The smallest UUID of version 7 that can have been made at an instant. */
export function firstIdAt(instant: Date): string {
  const hex = instant.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
