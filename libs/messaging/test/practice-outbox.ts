import { Transactions } from '@fusion-prime/database';
import { uuidv7 } from '@fusion-prime/kernel';
import { testDatabase, type TestDatabase } from '@fusion-prime/testing';
import { DataSource } from 'typeorm';
import type { EventLog } from '../src/event-log.js';

export interface PracticeEvent {
  subscriber?: string;
  aggregateId?: string;
  sequence?: number;
  type?: string;
  data?: unknown;
  eventId?: string;
}

export interface OutboxRow {
  event_id: string;
  subscriber: string;
  aggregate_id: string;
  aggregate_seq: number;
  event_type: string;
  status: string;
  attempts: number;
  locked_until: Date | null;
  last_error: string | null;
  payload: Record<string, unknown>;
}

/** A log that keeps what it was told. */
export class KeptLog implements EventLog {
  readonly lines: { level: string; facts: Record<string, unknown> }[] = [];
  private readonly keep = (level: string) => (facts: Record<string, unknown>) => {
    this.lines.push({ level, facts });
  };
  readonly info = this.keep('info');
  readonly warn = this.keep('warn');
  readonly error = this.keep('error');

  /** `error events.parked` */
  get events(): string[] {
    return this.lines.map(({ level, facts }) => `${level} ${String(facts['event'])}`);
  }
}

/** Settlement's outbox and inbox on the run's server, as the service's own role sees them. */
export class PracticeOutbox {
  private constructor(
    readonly database: TestDatabase,
    readonly dataSource: DataSource,
    readonly transactions: Transactions,
  ) {}

  static async open(given?: TestDatabase): Promise<PracticeOutbox> {
    const database = given ?? (await testDatabase('settlement'));
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.appUrl,
      poolSize: 8,
      installExtensions: false,
    });
    await dataSource.initialize();
    return new PracticeOutbox(database, dataSource, new Transactions(dataSource));
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  /** Appends as a hand-written batch would; each is event 1 of an aggregate of its own unless told. */
  async append(...events: PracticeEvent[]): Promise<string[]> {
    const ids = events.map(({ eventId }) => eventId ?? uuidv7());
    for (const [i, event] of events.entries()) {
      await this.database.query(
        `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq,
                             event_type, payload, occurred_at)
         VALUES ($1, $2, 'command', $3, $4, $5, $6, now())`,
        [
          ids[i],
          event.subscriber ?? 'alert',
          event.aggregateId ?? ids[i],
          event.sequence ?? 1,
          event.type ?? 'settlement.command.received.v1',
          JSON.stringify(event.data ?? { n: i }),
        ],
      );
    }
    return ids;
  }

  async rows(): Promise<OutboxRow[]> {
    return this.database.query<OutboxRow & Record<string, unknown>>(
      'SELECT * FROM outbox ORDER BY id',
    );
  }

  /** By event: `sent`, `pending`. */
  async statuses(): Promise<string[]> {
    return (await this.rows()).map(({ status }) => status);
  }

  async clear(): Promise<void> {
    await this.database.query('TRUNCATE outbox, processed_events');
  }
}
