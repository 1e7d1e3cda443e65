import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@fusion-prime/postgres-server';
import { quantile } from '../contest.js';
import { adminUrlOf, withClient } from '../database.js';
import { HttpClient } from '../http-client.js';
import type { Pace } from '../paced.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { benchPlatform, benchToken, originOf, type BenchService } from '../services.js';
import { openHanging, WebhookReceiver } from '../webhook-receiver.js';
import { emptySettlement } from './empty-tables.js';
import { appendAtPace, fillOutbox, TO_CLIENTS } from './outbox-rows.js';

const WARM_UP_EVENTS = 50;
const LOOK_MS = 5;
const DEADLINE_MS = 300_000;

export interface Sent {
  perSecond: number;
  peakRssMb: number;
  failed: number;
}

export interface Delayed {
  p50Ms: number;
  p99Ms: number;
  peakRssMb: number;
  failed: number;
}

/** Settlement, and a receiver of its webhooks in this process. */
export class WebhooksPlatform {
  private constructor(
    private readonly server: BenchServer,
    private readonly settlement: BenchService,
    private readonly token: string,
    private readonly secret: string,
    readonly receiver: WebhookReceiver,
  ) {}

  static async on(server: BenchServer): Promise<WebhooksPlatform> {
    const { settlement } = await benchPlatform(server);
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const receiver = await WebhookReceiver.open(secret);
    return new WebhooksPlatform(server, settlement, await benchToken(server), secret, receiver);
  }

  /** From the commit of all events until the last delivery arrives. */
  async throughput(subscriptions: number, events: number): Promise<Sent> {
    return this.running(subscriptions, [], async (peakRssMb) => {
      const { receiver } = this;
      const send = async (count: number): Promise<number> => {
        receiver.forget();
        const startedAt = await this.commit(count);
        await this.until(() => receiver.arrivals.size >= subscriptions * count);
        return (performance.now() - startedAt) / 1_000;
      };
      await send(WARM_UP_EVENTS);
      const seconds = await send(events);
      const perSecond = (subscriptions * events) / seconds;
      return { perSecond, peakRssMb: peakRssMb(), failed: receiver.failed };
    });
  }

  /** From before the commit of each event until its delivery begins to arrive, at every sound endpoint. */
  async latency(
    subscriptions: number,
    pace: Pace,
    { besideBadOnes }: { besideBadOnes: boolean },
  ): Promise<Delayed> {
    const hanging = await openHanging();
    const dead = `http://127.0.0.1:${String(await freePort())}/`;
    const bad = besideBadOnes ? [dead, hanging.url] : [];
    return this.running(subscriptions, bad, async (peakRssMb) => {
      const { receiver } = this;
      await this.commit(WARM_UP_EVENTS);
      await this.until(() => receiver.arrivals.size >= subscriptions * WARM_UP_EVENTS);
      receiver.forget();
      const url = adminUrlOf(this.server, 'settlement_db');
      const appendedAt = await appendAtPace(url, TO_CLIENTS, pace);
      await this.until(() => receiver.arrivals.size >= subscriptions * appendedAt.size);
      const latenciesMs = [...receiver.arrivals].map(
        ([delivery, at]) => at - (appendedAt.get(delivery.split(' ')[1] ?? '') ?? 0),
      );
      latenciesMs.sort((a, b) => a - b);
      const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
      return { p50Ms, p99Ms, peakRssMb: peakRssMb(), failed: receiver.failed };
    }).finally(hanging.close);
  }

  close(): void {
    this.receiver.close();
  }

  private async running<T>(
    subscriptions: number,
    bad: readonly string[],
    work: (peakRssMb: () => number) => Promise<T>,
  ): Promise<T> {
    await emptySettlement(this.server);
    this.receiver.forget();
    const { url } = this.receiver;
    const good = Array.from({ length: subscriptions }, (_, i) => `${url}/${String(i)}`);
    return withRunning(this.settlement.program, async ({ peakRssMb }) => {
      await this.subscribe([...bad, ...good]);
      return work(peakRssMb);
    });
  }

  private async subscribe(urls: readonly string[]): Promise<void> {
    const client = new HttpClient(originOf(this.settlement), this.token, 4);
    for (const url of urls) {
      const wish = { url, event_types: [TO_CLIENTS.type], secret: this.secret };
      const { status, text } = await client.post('/webhooks/subscriptions', JSON.stringify(wish));
      if (status !== 201) throw new Error(`${url} cannot be subscribed: ${text}`);
    }
    client.close();
  }

  /** @returns when it was committed */
  private async commit(events: number): Promise<number> {
    return withClient(adminUrlOf(this.server, 'settlement_db'), async (client) => {
      await client.query('TRUNCATE outbox');
      await fillOutbox(client, TO_CLIENTS, { aggregates: events, ofEach: 1 });
      return performance.now();
    });
  }

  private async until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!holds()) {
      if (performance.now() > deadline) {
        throw new Error(`${String(this.receiver.arrivals.size)} deliveries after five minutes`);
      }
      await sleep(LOOK_MS);
    }
  }
}
