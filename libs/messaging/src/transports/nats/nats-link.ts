import { readFile } from 'node:fs/promises';
import { listenersOf } from '@fusion-prime/contracts';
import type { ServiceName } from '@fusion-prime/kernel';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { streamOf, subjectsOf } from './nats-names.js';

export interface NatsLinkOptions {
  /** Shown in the server's list of connections. */
  name: string;
  /** `nats://a:4222,nats://b:4222` */
  url: string;
  credentialsFile?: string | undefined;
  /** How long one request may take; and the first connection. */
  timeoutMs?: number;
}

export interface OpenLink {
  connection: NatsConnection;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
}

const TIMEOUT_MS = 3_000;
const RECONNECT_WAIT_MS = 250;
const NANOS_PER_MS = 1_000_000;
// Within it a second publication of an event is known to be one; later ones are known to the inbox.
const DUPLICATE_WINDOW_MS = 10 * 60_000;
const ACK_WAIT_MS = 30_000;
/** What one subscriber may have in hand: also a bound of how far two instances of it can part. */
export const MAX_ACK_PENDING = 100;

/** The connection of one process to NATS. Opened when it is first needed; a lost one comes back by itself. */
export class NatsLink {
  private opened: Promise<OpenLink> | undefined;
  private readonly ensured = new Map<ServiceName, Promise<void>>();

  constructor(private readonly options: NatsLinkOptions) {}

  /** @throws while no server can be reached */
  open(): Promise<OpenLink> {
    this.opened ??= this.connect().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  /**
   * Makes the stream of a publisher, and the place of each of its listeners in it, unless they are there. Both
   * sides do: a message is kept until every listener has it, and only of those who are known by then.
   */
  ensure(publisher: ServiceName): Promise<void> {
    const before = this.ensured.get(publisher);
    if (before !== undefined) return before;
    const making = this.make(publisher).catch((error: unknown) => {
      this.ensured.delete(publisher);
      throw error;
    });
    this.ensured.set(publisher, making);
    return making;
  }

  /** Somebody found a stream missing: the server may be another one now. */
  doubt(): void {
    this.ensured.clear();
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    await opened?.connection.close();
  }

  private async connect(): Promise<OpenLink> {
    const { name, url, credentialsFile, timeoutMs = TIMEOUT_MS } = this.options;
    const { connect, credsAuthenticator } = await import('@nats-io/transport-node');
    const { jetstream, jetstreamManager } = await import('@nats-io/jetstream');
    const credentials = credentialsFile === undefined ? undefined : await readFile(credentialsFile);
    const connection = await connect({
      name,
      servers: url.split(','),
      timeout: timeoutMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_WAIT_MS,
      ...(credentials !== undefined && { authenticator: credsAuthenticator(credentials) }),
    });
    try {
      const manager = await jetstreamManager(connection, { timeout: timeoutMs });
      return { connection, jetstream: jetstream(connection, { timeout: timeoutMs }), manager };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private async make(publisher: ServiceName): Promise<void> {
    const { manager } = await this.open();
    const { AckPolicy, DeliverPolicy, RetentionPolicy, StorageType } =
      await import('@nats-io/jetstream');
    const stream = streamOf(publisher);
    await manager.streams.add({
      name: stream,
      subjects: [subjectsOf(publisher)],
      // Kept until every listener has acknowledged it, however long that takes.
      retention: RetentionPolicy.Interest,
      storage: StorageType.File,
      duplicate_window: DUPLICATE_WINDOW_MS * NANOS_PER_MS,
    });
    for (const listener of listenersOf(publisher)) {
      await manager.consumers.add(stream, {
        durable_name: listener,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ack_wait: ACK_WAIT_MS * NANOS_PER_MS,
        max_ack_pending: MAX_ACK_PENDING,
      });
    }
  }
}
