import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Loop } from '@fusion-prime/messaging';
import { DeliverySender, SENDER_OPTIONS, type SenderParts } from './delivery-sender.js';
import { ResultWriter } from './result-writer.js';
import type { StoreResults } from './store-results.js';
import type { WebhookLog } from './webhook-log.js';

/** What is committed is sent soon: a look is one index probe when there is nothing. */
const LOOK_MS = 50;
/** The writer is told when there is something. */
const WRITE_MS = 1_000;
/** For requests in flight, when the service ends. */
const FINISH_MS = 3_000;

export interface SendingParts extends Omit<SenderParts, 'results' | 'options' | 'onFree'> {
  storeResults: StoreResults;
  log: WebhookLog;
  /** Until the database was found once there is nothing to do, and nothing to complain of. */
  connected: () => boolean;
}

/** The two loops that send webhooks: one claims and sends, one writes down what came of it. */
export class SendingWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sender: DeliverySender;
  private readonly results: ResultWriter;
  private readonly sending: Loop;
  private readonly writing: Loop;
  private drained: Promise<void> | undefined;

  constructor(private readonly parts: SendingParts) {
    const { log, storeResults, connected } = parts;
    this.results = new ResultWriter(storeResults, log, () => this.writing.nudge());
    this.sender = new DeliverySender({
      ...parts,
      results: this.results,
      options: SENDER_OPTIONS,
      onFree: () => this.sending.nudge(),
    });
    this.sending = new Loop({
      name: 'webhook-sender',
      idleMs: LOOK_MS,
      turn: async () => connected() && this.sender.turn(),
      log,
    });
    this.writing = new Loop({
      name: 'webhook-results',
      idleMs: WRITE_MS,
      turn: () => this.write(),
      log,
    });
  }

  onApplicationBootstrap(): void {
    this.sending.start();
    this.writing.start();
  }

  /** Claims nothing more; what is in flight has a little time, from now on. */
  drain(): Promise<void> {
    this.drained ??= this.sending.stop().then(() => this.sender.finish(FINISH_MS));
    return this.drained;
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain();
    await this.writing.stop();
    await this.parts.client.close();
  }

  private async write(): Promise<boolean> {
    if (this.results.size === 0) return false;
    const more = await this.results.turn();
    // Slots are free.
    this.sending.nudge();
    return more;
  }
}
