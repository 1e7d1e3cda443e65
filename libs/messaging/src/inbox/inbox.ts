import type { Transactions, Tx } from '@fusion-prime/database';
import { Refusal, type ServiceName } from '@fusion-prime/kernel';
import type { StorableEvent } from '../cloud-event.js';
import { isDatabaseTrouble } from '../database-trouble.js';
import { reasonOf, shortened, type EventLog } from '../event-log.js';
import type { EventConsumer } from '../received-event.js';
import type { DeliveryResult } from '../transports/transport.js';
import { endRetry, keyOf, lockRetry, openAmong, remember } from './processed-events.js';
import { consumptionsOf, readEvent, type Consumption, type ReadEvent } from './read-event.js';

export interface InboxParts {
  service: ServiceName;
  consumers: readonly EventConsumer[];
  transactions: Transactions;
  log: EventLog;
  /** How long a batch may be worked on one by one; what is left then is not tried. */
  budgetMs?: number;
}

// Well within the time that the sender waits for an answer.
const BUDGET_MS = 4_000;

type Results = Map<string, DeliveryResult>;

/**
 * Where events from other services take effect, each once.
 *
 *   batch ─► one transaction: remembered, then the features ─► done · duplicate · parked
 *              └─ throws ─► each by itself: a Refusal ─► parked      anything else ─► retry,
 *                                                     and the rest of its aggregate is deferred
 *
 * The row in `processed_events` is written before the effect and in its transaction: the same event a second
 * time, at the same moment or a week later, finds it there.
 */
export class Inbox {
  private readonly consumptions: ReadonlyMap<string, Consumption>;
  /** Since this process started. */
  readonly counts = { done: 0, duplicate: 0, parked: 0, retry: 0, deferred: 0 };

  constructor(private readonly parts: InboxParts) {
    this.consumptions = consumptionsOf(parts.consumers);
  }

  /**
   * @returns one result for each event, in their order
   * @throws whatever the database says while nothing can be stored: no event is to blame
   */
  async take(events: readonly StorableEvent[]): Promise<DeliveryResult[]> {
    const reads = events.map((raw) => readEvent(raw, this.consumptions));
    const distinct = [...new Map(reads.map((read) => [keyOf(read.raw), read])).values()];
    const results = await this.takeDistinct(distinct);
    return events.map((event) => {
      const result = results.get(keyOf(event)) ?? { outcome: 'deferred' as const };
      this.counts[result.outcome] += 1;
      return result;
    });
  }

  /** Parks an event that was tried often enough by whoever brings it. */
  async giveUp(raw: StorableEvent, reason: string): Promise<void> {
    const { transactions, service } = this.parts;
    const defect = shortened(reason);
    const fresh = await transactions.run((tx) => remember(tx, service, [{ raw, defect }]));
    if (fresh.size > 0) this.reportParked(raw, defect);
  }

  /** Takes up one event that somebody wants tried again. @returns whether there may be more */
  async retryOne(): Promise<boolean> {
    const { transactions, service } = this.parts;
    let raw: StorableEvent | undefined;
    try {
      await transactions.run(async (tx) => {
        raw = await lockRetry(tx, service);
        if (raw === undefined) return;
        const read = readEvent(raw, this.consumptions);
        if ('defect' in read) throw new StillDefective(read.defect);
        await effect(tx, read);
        await endRetry(tx, service, { raw });
      });
    } catch (error) {
      if (raw === undefined || isDatabaseTrouble(error)) throw error;
      const again = { raw, defect: reasonOf(error) };
      await transactions.run((tx) => endRetry(tx, service, again));
      this.reportParked(raw, again.defect);
    }
    return raw !== undefined;
  }

  private async takeDistinct(reads: readonly ReadEvent[]): Promise<Results> {
    if (reads.length === 0) return new Map();
    try {
      return await this.takeTogether(reads);
    } catch (error) {
      if (isDatabaseTrouble(error)) throw error;
      const [only] = reads;
      return only !== undefined && reads.length === 1
        ? new Map([[keyOf(only.raw), await this.blame(only, error)]])
        : this.takeOneByOne(reads);
    }
  }

  private async takeTogether(reads: readonly ReadEvent[]): Promise<Results> {
    const { transactions, service } = this.parts;
    const results: Results = await transactions.run(async (tx) => {
      const fresh = await remember(tx, service, reads);
      const known = reads.filter(({ raw }) => !fresh.has(keyOf(raw))).map(({ raw }) => raw);
      const open = await openAmong(tx, service, known);
      const taken: Results = new Map();
      for (const read of reads) {
        const key = keyOf(read.raw);
        if (!fresh.has(key)) taken.set(key, { outcome: open.has(key) ? 'parked' : 'duplicate' });
        else if ('defect' in read) taken.set(key, { outcome: 'parked', reason: read.defect });
        else {
          await effect(tx, read);
          taken.set(key, { outcome: 'done' });
        }
      }
      return taken;
    });
    for (const { raw } of reads) {
      const { outcome, reason } = results.get(keyOf(raw)) ?? {};
      if (outcome === 'parked' && reason !== undefined) this.reportParked(raw, reason);
    }
    return results;
  }

  private async takeOneByOne(reads: readonly ReadEvent[]): Promise<Results> {
    const deadline = performance.now() + (this.parts.budgetMs ?? BUDGET_MS);
    const results: Results = new Map();
    const held = new Set<string>();
    for (const read of reads) {
      const aggregate = JSON.stringify([read.raw.source, read.raw['subject']]);
      if (performance.now() > deadline || held.has(aggregate)) {
        results.set(keyOf(read.raw), { outcome: 'deferred' });
        continue;
      }
      const one = await this.takeDistinct([read]);
      for (const [key, result] of one) {
        results.set(key, result);
        if (result.outcome === 'retry') held.add(aggregate);
      }
    }
    return results;
  }

  /** What becomes of the event that something threw for. */
  private async blame({ raw }: ReadEvent, error: unknown): Promise<DeliveryResult> {
    const { log } = this.parts;
    const facts = { eventId: raw.id, type: raw.type, source: raw.source };
    if (!(error instanceof Refusal)) {
      log.warn({ event: 'events.retry', ...facts, err: error }, 'an event is asked for again');
      return { outcome: 'retry', reason: reasonOf(error) };
    }
    const defect = shortened(`${error.code}: ${error.message}`);
    await this.giveUp(raw, defect);
    return { outcome: 'parked', reason: defect };
  }

  private reportParked({ id, type, source }: StorableEvent, reason: string): void {
    this.parts.log.error(
      { event: 'events.inbox-parked', eventId: id, type, source, reason },
      'an event makes no sense here and waits for a person: fp events list',
    );
  }
}

/** What was unreadable when it came, and is still. */
class StillDefective extends Error {
  override readonly name = 'StillDefective';
}

async function effect(tx: Tx, read: Extract<ReadEvent, { event: unknown }>): Promise<void> {
  for (const consumer of read.consumers) await consumer.handle(tx, read.event);
}
