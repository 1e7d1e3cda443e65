import { subscribersOf, type EventContract } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import { uuidv7 } from '@fusion-prime/kernel';
import { Injectable } from '@nestjs/common';

/** A fact that others are to learn of. */
export interface NewEvent<Data = unknown> {
  contract: EventContract<Data>;
  /** Which one of the contract's aggregates. */
  aggregateId: string;
  /** 1, 2, 3 … of this aggregate, by whoever holds its row's lock. Gaps are allowed, repetitions are not. */
  sequence: number;
  data: Data;
  occurredAt: Date;
  /** W3C trace context, and the ids that tie a chain of events together. */
  headers?: Readonly<{ traceparent?: string; correlationid?: string; causationid?: string }>;
}

/** `INSERT INTO outbox … SELECT … FROM unnest(…)` takes these, in this order: see {@link outboxColumns}. */
export const OUTBOX_COLUMNS = `event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq,
  event_type, payload, headers, occurred_at`;

/** The types of {@link outboxColumns}' arrays, as casts. */
export const OUTBOX_TYPES = [
  'uuid[]',
  'varchar[]',
  'varchar[]',
  'varchar[]',
  'int[]',
  'varchar[]',
  'json[]',
  'json[]',
  'timestamptz[]',
] as const;

/** One array for each of {@link OUTBOX_COLUMNS}; one row for each event and subscriber. */
export function outboxColumns(events: readonly NewEvent[]): unknown[][] {
  const columns: unknown[][] = OUTBOX_TYPES.map(() => []);
  for (const event of events) {
    const { contract, aggregateId, sequence, data, occurredAt, headers = {} } = event;
    const eventId = uuidv7();
    const payload = JSON.stringify(data);
    for (const subscriber of subscribersOf(contract.type)) {
      const row = [
        eventId,
        subscriber,
        contract.aggregate,
        aggregateId,
        sequence,
        contract.type,
        payload,
        JSON.stringify(headers),
        occurredAt,
      ];
      row.forEach((value, i) => columns[i]?.push(value));
    }
  }
  return columns;
}

const UNNEST = OUTBOX_TYPES.map((type, i) => `$${String(i + 1)}::${type}`).join(', ');

/** Where events wait, in the database of the fact. */
@Injectable()
export class Outbox {
  /**
   * Writes events in the transaction of their facts: both are there, or neither. One statement for all.
   * An event that nobody listens to leaves no row.
   */
  async append(tx: Tx, events: readonly NewEvent[]): Promise<void> {
    const columns = outboxColumns(events);
    if (columns[0]?.length === 0) return;
    await tx.query(
      `INSERT INTO outbox (${OUTBOX_COLUMNS}) SELECT * FROM unnest(${UNNEST})`,
      columns,
    );
  }
}
