import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { LocalSubscriber, ReceivedEvent } from '@fusion-prime/messaging';
import { MessageRepository, WANTED_TYPES } from './message.repository.js';

/** The service's own events become deliveries to its clients. */
@Injectable()
export class WebhooksSubscriber implements LocalSubscriber {
  readonly subscriber = 'settlement/webhooks';
  readonly wantedTypes = WANTED_TYPES;

  constructor(private readonly messages: MessageRepository) {}

  async handle(tx: Tx, events: readonly ReceivedEvent[]): Promise<void> {
    const messages = events.map(({ id, type, time, data }) => ({
      eventId: id,
      eventType: type,
      // Rendered once: every subscriber gets these bytes, and its signature is over them.
      body: JSON.stringify({ type, timestamp: time.toISOString(), data }),
    }));
    await this.messages.fanOut(tx, messages);
  }
}
