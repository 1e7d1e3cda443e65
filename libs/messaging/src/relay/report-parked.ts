import { contractOf, subscribersOf, type EventContract } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import type { ServiceName } from '@fusion-prime/kernel';
import { Outbox } from '../outbox.js';
import type { SetBack } from './settle-events.js';

const outbox = new Outbox();

/**
 * Appends `<service>.event.parked.v1` for each event that was just parked, in the transaction that parked
 * it. Not when it was parked for the one who would be told: that could not be handed over either.
 */
export async function reportParked(
  tx: Tx,
  service: ServiceName,
  subscriber: string,
  parked: readonly SetBack[],
): Promise<void> {
  const contract = contractOf(`${service}.event.parked.v1`);
  if (contract === undefined || subscribersOf(contract.type).includes(subscriber)) return;
  const occurredAt = new Date();
  for (const { eventId, eventType, attempts } of parked) {
    // The same event can be parked for another subscriber, and again after it was retried.
    const aggregateId = `${eventId}/${subscriber}`;
    const sequence = await nextSequence(tx, contract, aggregateId);
    const data = { event_id: eventId, event_type: eventType, subscriber, attempts };
    await outbox.append(tx, [{ contract, aggregateId, sequence, data, occurredAt }]);
  }
}

/** The lock on the parked row is held, so nobody else counts for it. */
async function nextSequence(tx: Tx, contract: EventContract, aggregateId: string): Promise<number> {
  const rows: { next: number }[] = await tx.query(
    `SELECT coalesce(max(aggregate_seq), 0) + 1 AS next FROM outbox
      WHERE subscriber = ANY($1) AND aggregate_type = $2 AND aggregate_id = $3`,
    [subscribersOf(contract.type), contract.aggregate, aggregateId],
  );
  return rows[0]?.next ?? 1;
}
