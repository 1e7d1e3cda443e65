import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transactions } from '@fusion-prime/database';
import { uuidv7, type Clock } from '@fusion-prime/kernel';
import { Outbox, type ReceivedEvent } from '@fusion-prime/messaging';
import { eventually, testDatabase, type TestDatabase } from '@fusion-prime/testing';
import { DataSource } from 'typeorm';
import { DeliverySender, SENDER_OPTIONS } from '../src/webhooks/delivery-sender.js';
import { DueDeliveryRepository } from '../src/webhooks/due-delivery.repository.js';
import { EndpointGuard } from '../src/webhooks/endpoint-guard.js';
import { MessageRepository } from '../src/webhooks/message.repository.js';
import { ResultRepository } from '../src/webhooks/result.repository.js';
import { ResultWriter } from '../src/webhooks/result-writer.js';
import { newSecret } from '../src/webhooks/secret.js';
import { SecretKeys } from '../src/webhooks/secret-keys.js';
import { SecretOpener } from '../src/webhooks/secret-opener.js';
import { StoreResults } from '../src/webhooks/store-results.js';
import { SubscriptionRepository } from '../src/webhooks/subscription.repository.js';
import { WebhookClient } from '../src/webhooks/webhook-client.js';
import { WebhooksSubscriber } from '../src/webhooks/webhooks.subscriber.js';

export const SETTLED = 'settlement.command.settled.v1';
export const FAILED = 'settlement.command.failed.v1';

/** A log that keeps what it was told. */
export class KeptLog {
  readonly lines: { level: string; facts: Record<string, unknown>; message: string }[] = [];
  private readonly keep = (level: string) => (facts: Record<string, unknown>, message: string) => {
    this.lines.push({ level, facts, message });
  };
  readonly info = this.keep('info');
  readonly warn = this.keep('warn');
  readonly error = this.keep('error');
}

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A client's server on this machine. What it answers is the test's; by default 204. */
export class PracticeEndpoint {
  readonly received: Received[] = [];
  answer: (response: ServerResponse, request: Received) => void = (response) =>
    response.writeHead(204).end();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const got = { path: request.url ?? '', headers: request.headers, body };
      this.received.push(got);
      this.answer(response, got);
    });
  });

  static async listen(): Promise<PracticeEndpoint> {
    const endpoint = new PracticeEndpoint();
    endpoint.server.listen(0, '127.0.0.1');
    await once(endpoint.server, 'listening');
    return endpoint;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${String(this.port)}${path}`;
  }

  at(path: string): Received[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A clock that a test sets. */
export class SetClock implements Clock {
  constructor(public instant = new Date()) {}
  now(): Date {
    return this.instant;
  }
}

export interface SenderChoice {
  guard?: EndpointGuard;
  clock?: Clock;
  leaseMs?: number;
  slots?: number;
  wholeMs?: number;
  keys?: SecretKeys;
  log?: KeptLog;
}

/** A sender of the test's own, with a client of its own; turned by the test, or by `run`. */
export interface PracticeSender {
  sender: DeliverySender;
  client: WebhookClient;
  results: ResultWriter;
  /** Turns until the condition holds. */
  until: (condition: () => void | Promise<void>) => Promise<void>;
}

const OPEN_RULES = { allowHttp: true, allowPrivate: true };

/** Settlement's database with the parts of webhooks, and none of their loops. */
export class PracticeWebhooks {
  readonly due = new DueDeliveryRepository();
  readonly keys = new SecretKeys([randomBytes(32)]);
  private readonly clients: WebhookClient[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly dataSource: DataSource,
    readonly transactions: Transactions,
  ) {}

  static async open(): Promise<PracticeWebhooks> {
    const database = await testDatabase('settlement');
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.appUrl,
      poolSize: 5,
      installExtensions: false,
    });
    await dataSource.initialize();
    return new PracticeWebhooks(database, dataSource, new Transactions(dataSource));
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.dataSource.destroy();
  }

  /** @returns its id and its clear secret */
  async subscribe(
    url: string,
    { types = [SETTLED], secret = newSecret() }: { types?: string[]; secret?: string } = {},
  ): Promise<{ id: string; secret: string }> {
    const id = uuidv7();
    await this.database.query(
      `INSERT INTO webhook_subscriptions (subscription_id, url, secret, event_types)
       VALUES ($1, $2, $3, $4)`,
      [id, url, this.keys.seal(id, secret), JSON.stringify(types)],
    );
    return { id, secret };
  }

  /** Hands events to the subscriber, as the relay does. */
  async publish(...events: { type?: string; id?: string; data?: unknown }[]): Promise<string[]> {
    const received = events.map(({ type = SETTLED, id = uuidv7(), data }, i): ReceivedEvent => ({
      id,
      source: '/fusion-prime/settlement',
      type,
      subject: id,
      sequence: 1,
      time: new Date('2026-01-02T03:04:05.678Z'),
      data: data ?? { command_id: `cmd-${String(i)}`, amount: '12.5' },
      traceparent: undefined,
      correlationId: undefined,
    }));
    const subscriber = new WebhooksSubscriber(new MessageRepository());
    await this.transactions.run((tx) => subscriber.handle(tx, received));
    return received.map(({ id }) => id);
  }

  sender(choice: SenderChoice = {}): PracticeSender {
    const { guard = new EndpointGuard(OPEN_RULES), log = new KeptLog(), keys = this.keys } = choice;
    const { wholeMs = 5_000, leaseMs = SENDER_OPTIONS.leaseMs, slots = 64 } = choice;
    const client = new WebhookClient(guard, { connectMs: 1_000, wholeMs });
    this.clients.push(client);
    const storeResults = new StoreResults(
      this.transactions,
      new ResultRepository(),
      new SubscriptionRepository(),
      new Outbox(),
    );
    const results = new ResultWriter(storeResults, log, () => undefined);
    const sender = new DeliverySender({
      transactions: this.transactions,
      due: this.due,
      secrets: new SecretOpener(keys, log),
      client,
      results,
      clock: choice.clock ?? { now: () => new Date() },
      options: { ...SENDER_OPTIONS, slots, leaseMs },
      onFree: () => undefined,
    });
    const until = (condition: () => void | Promise<void>): Promise<void> =>
      eventually(async () => {
        await sender.turn();
        await results.turn();
        await condition();
      });
    return { sender, client, results, until };
  }

  /** Every delivery, in the order of its making. */
  async deliveries(): Promise<
    {
      delivery_id: string;
      subscription_id: string;
      event_id: string;
      status: string;
      attempts: number;
      retries: number;
      wait_s: number;
      locked: boolean;
    }[]
  > {
    return this.database.query(
      `SELECT delivery_id, subscription_id, event_id, status, attempts, retries,
              extract(epoch FROM next_attempt_at - now())::float8 AS wait_s,
              coalesce(locked_until > now(), false) AS locked
         FROM webhook_deliveries ORDER BY created_at, event_id`,
    );
  }

  /** The next attempt of everything that waits is due now. */
  async passTime(): Promise<void> {
    await this.database.query(
      `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'`,
    );
  }
}
