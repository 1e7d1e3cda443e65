import type { Transactions } from '@fusion-prime/database';

/** What waits for one subscriber. */
export interface OutboxGauge {
  subscriber: string;
  pending: number;
  parked: number;
  /** Seconds since the oldest pending event happened; 0 when nothing waits. */
  lagSeconds: number;
}

// Two halves, because each has an index of its own that leaves out all that was sent.
const OUTBOX = `
  SELECT subscriber, sum(pending)::int AS pending, sum(parked)::int AS parked,
         coalesce(greatest(extract(epoch FROM now() - min(oldest)), 0), 0)::float8 AS lag_seconds
    FROM (SELECT subscriber, count(*) AS pending, 0 AS parked, min(occurred_at) AS oldest
            FROM outbox WHERE status = 'pending' GROUP BY subscriber
          UNION ALL
          SELECT subscriber, 0, count(*), NULL
            FROM outbox WHERE status = 'parked' GROUP BY subscriber) AS halves
   GROUP BY subscriber`;

const INBOX = `SELECT count(*)::int AS parked FROM processed_events WHERE status IN ('parked', 'retry')`;

/** Reads, when somebody asks, how far behind the events of a service are. */
export class EventGauges {
  constructor(private readonly transactions: Transactions) {}

  async outbox(): Promise<OutboxGauge[]> {
    type Row = Omit<OutboxGauge, 'lagSeconds'> & { lag_seconds: number };
    const rows: Row[] = await this.transactions.read((reader) => reader.query(OUTBOX));
    return rows.map(({ lag_seconds: lagSeconds, ...row }) => ({ ...row, lagSeconds }));
  }

  async inboxParked(): Promise<number> {
    const rows: { parked: number }[] = await this.transactions.read((reader) =>
      reader.query(INBOX),
    );
    return rows[0]?.parked ?? 0;
  }
}
