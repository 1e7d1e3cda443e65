import { storableEventSchema, type StorableEvent } from '@fusion-prime/messaging';
import { parseStrictJson } from '../http/strict-json.js';
import type { PubSubPush } from './events.dto.js';

/**
 * The event that a push carries. What is none becomes one about the push itself, under Google's own type and
 * Pub/Sub's own id: nobody here knows the type, so it is parked whole and acknowledged, where a refusal would
 * have it pushed again for a week.
 */
export function eventOfPush(push: PubSubPush): StorableEvent {
  const { message, subscription } = push;
  try {
    return storableEventSchema.parse(parseStrictJson(Buffer.from(message.data, 'base64')));
  } catch {
    return {
      specversion: '1.0',
      id: message.messageId,
      source: `//pubsub.googleapis.com/${subscription}`,
      type: 'google.cloud.pubsub.topic.v1.messagePublished',
      data: push,
    };
  }
}
