import { setTimeout as pause } from 'node:timers/promises';
import { Transactions } from '@fusion-prime/database';
import type { Clock } from '@fusion-prime/kernel';
import { isSuccess, outcomeOf } from './delivery.js';
import {
  DueDeliveryRepository,
  type ClaimedDelivery,
  type DueEndpoint,
  type Share,
} from './due-delivery.repository.js';
import { EndpointPace, SLOW_MS } from './endpoint-pace.js';
import type { ResultWriter } from './result-writer.js';
import type { SecretOpener } from './secret-opener.js';
import { signatureHeaders } from './signature.js';
import type { WebhookClient } from './webhook-client.js';

export interface SenderOptions {
  /** Requests in flight, of all subscriptions together. */
  slots: number;
  /** How long a claimed delivery is ours: longer than a request and the wait for its result. */
  leaseMs: number;
  /** Subscriptions looked at in one turn. */
  walk: number;
}

export const SENDER_OPTIONS: SenderOptions = { slots: 512, leaseMs: 60_000, walk: 500 };
/** Of a disabled subscription, in one turn. */
const SKIP_BATCH = 500;
/** For what was cut off, when the service ends. */
const GIVE_BACK_MS = 1_000;

export interface SenderParts {
  transactions: Transactions;
  due: DueDeliveryRepository;
  secrets: SecretOpener;
  client: WebhookClient;
  results: ResultWriter;
  clock: Clock;
  options: SenderOptions;
  /** Slots are free that were not. */
  onFree: () => void;
}

/**
 *   turn ─► who has something due (a bounded walk, on from where the last one ended)
 *        ─► each one's share of the free slots ─► claim, with a lease ─► send, all at once
 *                                                                          │
 *   stored, in a batch with others ◄── result, and its slot is free ◄──────┘
 *
 * A failure holds its slot until it is stored: it may have disabled the subscription. While many results wait
 * to be stored nothing is claimed.
 *
 * At least once: what dies between the send and the store is sent again after the lease, with the same
 * `webhook-id`.
 */
export class DeliverySender {
  private readonly pace: EndpointPace;
  private readonly sending = new Set<Promise<void>>();
  private readonly cut = new AbortController();
  private position = '';

  constructor(private readonly parts: SenderParts) {
    this.pace = new EndpointPace(parts.options.slots);
  }

  get inFlight(): number {
    return this.sending.size;
  }

  /** @returns whether there may be more to do at once */
  async turn(): Promise<boolean> {
    const { transactions, due, options, results } = this.parts;
    if (this.pace.free === 0 || results.size >= options.slots) return false;
    const { endpoints, next } = await transactions.read((reader) =>
      due.endpoints(reader, this.position, options.walk),
    );
    this.position = next ?? '';
    const skipped = await this.skipDisabled(endpoints);
    const sent = await this.sendShare(endpoints.filter(({ enabled }) => enabled));
    return sent > 0 || skipped > 0 || next !== null;
  }

  /** Waits for what is in flight; what takes longer is cut off, and given back for others to send. */
  async finish(graceMs: number): Promise<void> {
    const cutting = setTimeout(() => {
      this.cut.abort();
    }, graceMs);
    const late = new AbortController();
    const bound = pause(graceMs + GIVE_BACK_MS, undefined, { signal: late.signal });
    await Promise.race([Promise.all(this.sending), bound]);
    clearTimeout(cutting);
    late.abort();
    await bound.catch(() => undefined);
  }

  private async skipDisabled(endpoints: readonly DueEndpoint[]): Promise<number> {
    const share = endpoints
      .filter(({ enabled }) => !enabled)
      .map(({ subscriptionId }) => ({ subscriptionId, count: SKIP_BATCH }));
    if (share.length === 0) return 0;
    return this.parts.transactions.run((tx) => this.parts.due.skip(tx, share));
  }

  private async sendShare(endpoints: readonly DueEndpoint[]): Promise<number> {
    const { transactions, due, secrets, options } = this.parts;
    const ready = endpoints.flatMap((endpoint) => {
      const opened = secrets.open(endpoint);
      return opened === null ? [] : [{ endpoint, secrets: opened }];
    });
    const share = this.shareOut(ready.map(({ endpoint }) => endpoint));
    if (share.length === 0) return 0;
    const claimed = await this.claim(share, () =>
      transactions.run((tx) => due.claim(tx, share, options.leaseMs)),
    );
    const known = new Map(ready.map((one) => [one.endpoint.subscriptionId, one]));
    for (const delivery of claimed) {
      const target = known.get(delivery.subscriptionId);
      if (target === undefined) continue;
      const sending = this.send(target.endpoint, target.secrets, delivery);
      this.sending.add(sending);
      void sending.finally(() => this.sending.delete(sending));
    }
    return claimed.length;
  }

  /**
   * The free slots in equal parts, so that no backlog takes all of them. Where they end, the next turn goes
   * on, so that everybody comes in turn.
   */
  private shareOut(endpoints: readonly DueEndpoint[]): Share {
    const most = Math.ceil(this.pace.free / Math.max(1, endpoints.length));
    const share = [];
    for (const { subscriptionId, firstFailureAt } of endpoints) {
      const count = this.pace.take(subscriptionId, firstFailureAt !== null, most);
      if (count > 0) share.push({ subscriptionId, count });
      if (this.pace.free > 0) continue;
      this.position = subscriptionId;
      break;
    }
    return share;
  }

  /** Slots for which nothing was found, or everything failed, are free again. */
  private async claim(
    share: Share,
    work: () => Promise<ClaimedDelivery[]>,
  ): Promise<ClaimedDelivery[]> {
    const unused = new Map(share.map(({ subscriptionId, count }) => [subscriptionId, count]));
    try {
      const claimed = await work();
      for (const { subscriptionId } of claimed) {
        unused.set(subscriptionId, (unused.get(subscriptionId) ?? 0) - 1);
      }
      return claimed;
    } finally {
      for (const [subscriptionId, slots] of unused) this.pace.giveBack(subscriptionId, slots);
    }
  }

  private async send(
    endpoint: DueEndpoint,
    secrets: readonly string[],
    delivery: ClaimedDelivery,
  ): Promise<void> {
    const { client, clock, results } = this.parts;
    const { eventId: id, body, subscriptionId, retries } = delivery;
    let gaveBack = false;
    const patience = setTimeout(() => {
      gaveBack = this.pace.markSlow(subscriptionId);
      this.parts.onFree();
    }, SLOW_MS);
    const startedAt = clock.now();
    const startedMs = performance.now();
    const post = await client.post({
      url: endpoint.url,
      headers: signatureHeaders({ id, sentAt: startedAt, body }, secrets),
      body,
      signal: this.cut.signal,
    });
    clearTimeout(patience);
    const durationMs = Math.round(performance.now() - startedMs);
    if (this.cut.signal.aborted && 'error' in post) return this.release(delivery);
    const outcome = outcomeOf(post, retries, Math.random());
    const failingBefore = endpoint.firstFailureAt !== null;
    const ok = isSuccess(post);
    const end = (): void =>
      this.pace.end(subscriptionId, { ok, slow: durationMs > SLOW_MS, gaveBack });
    if (ok) {
      end();
      this.parts.onFree();
    }
    await results.add({ delivery, outcome, post, startedAt, durationMs, failingBefore });
    if (!ok) end();
  }

  /** Cut off by the end of the service: it is nobody's failure. */
  private async release({ deliveryId }: ClaimedDelivery): Promise<void> {
    const { transactions, due } = this.parts;
    // Without an answer the lease ends it, a little later.
    await transactions.run((tx) => due.release(tx, [deliveryId])).catch(() => undefined);
  }
}
