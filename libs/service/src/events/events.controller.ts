import {
  CLOUD_EVENT_BATCH_TYPE,
  CLOUD_EVENT_TYPE,
  deliveryAnswerSchema,
  storableEventSchema,
  type DeliveryAnswer,
  type DeliveryResult,
  type StorableEvent,
} from '@fusion-prime/messaging';
import { Controller, Get, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Logger } from '../logging/logger.js';
import { describeError } from '../logging/redact.js';
import {
  BodyByType,
  BodyLimit,
  IdempotentBy,
  Produces,
  Public,
  Scopes,
  Summary,
} from '../routes/route-rules.js';
import { LOGGER } from '../start/tokens.js';
import { EventWorks } from './event-works.js';
import { EventNotTaken } from './event-not-taken.js';
import {
  daprAnswerSchema,
  daprSubscriptionsSchema,
  eventBatchSchema,
  oneEventSchema,
  pubSubPushSchema,
  type DaprAnswer,
  type EventBatch,
  type OneEvent,
  type PubSubPush,
} from './events.dto.js';
import { eventOfPush } from './pub-sub.js';

// A hundred events of ours are some 60 KiB; a single one may be large.
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** The name of the component in Dapr's configuration. */
const DAPR_PUBSUB = 'fusion-prime';

/** Events from other services, whoever brings them. */
@Controller()
export class EventsController {
  constructor(
    private readonly works: EventWorks,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   *   a batch     → 200, an outcome for each
   *   one, a push → 200 when it needs no repetition, 503 when it does
   *   Dapr's      → 200 with Dapr's word for it
   */
  @Post('events')
  @Scopes(':events')
  @BodyLimit(BODY_LIMIT_BYTES)
  @IdempotentBy('source and id of each event')
  @Summary('Take events of other services, each once')
  @Produces({
    status: 200,
    description: 'What became of each; to Dapr, its own status',
    schema: z.union([deliveryAnswerSchema, daprAnswerSchema]),
  })
  async take(
    @BodyByType({
      [CLOUD_EVENT_TYPE]: oneEventSchema,
      [CLOUD_EVENT_BATCH_TYPE]: eventBatchSchema,
      'application/json': pubSubPushSchema,
    })
    body: OneEvent | EventBatch | PubSubPush,
  ): Promise<DeliveryAnswer | DaprAnswer> {
    if (isBatch(body)) return this.answer(body, await this.works.take(body));
    if (typeof body['pubsubname'] === 'string') return this.takeFromDapr(body);
    return this.takeOne(isPush(body) ? eventOfPush(body) : (body as StorableEvent));
  }

  /** Asked by Dapr's sidecar when it starts: which topics to bring, and where. */
  @Get('dapr/subscribe')
  @Public()
  @Summary('Which events Dapr is to bring')
  @Produces({ status: 200, description: 'Subscriptions', schema: daprSubscriptionsSchema })
  subscriptions(): z.infer<typeof daprSubscriptionsSchema> {
    return this.works.types.map((topic) => ({ pubsubname: DAPR_PUBSUB, topic, route: '/events' }));
  }

  private async takeOne(event: StorableEvent): Promise<DeliveryAnswer> {
    const results = await this.works.take([event]);
    if (results.some(wantsRepetition)) throw new EventNotTaken(event.id);
    return this.answer([event], results);
  }

  /** Never anything but 200: Dapr takes a 404 for "drop it", and any other failure for "later" with a warning. */
  private async takeFromDapr(delivery: Record<string, unknown>): Promise<DaprAnswer> {
    const event = storableEventSchema.safeParse(delivery);
    if (!event.success) {
      this.log.error(
        { event: 'events.dropped', topic: delivery['topic'] },
        'Dapr brought something that is no CloudEvent',
      );
      return { status: 'DROP' };
    }
    try {
      const results = await this.works.take([event.data]);
      return { status: results.some(wantsRepetition) ? 'RETRY' : 'SUCCESS' };
    } catch (error) {
      this.log.warn({ event: 'events.retry', err: describeError(error) }, 'Dapr is asked again');
      return { status: 'RETRY' };
    }
  }

  private answer(
    events: readonly StorableEvent[],
    results: readonly DeliveryResult[],
  ): DeliveryAnswer {
    return {
      results: results.map(({ outcome, reason }, i) => ({
        id: events[i]?.id ?? '',
        outcome,
        ...(reason !== undefined && { reason }),
      })),
    };
  }
}

function isBatch(body: OneEvent | EventBatch | PubSubPush): body is EventBatch {
  return Array.isArray(body);
}

// An event has no such attribute: CloudEvents' names have no nested values but data.
function isPush(body: OneEvent | PubSubPush): body is PubSubPush {
  return typeof body['subscription'] === 'string' && typeof body['message'] === 'object';
}

function wantsRepetition({ outcome }: DeliveryResult): boolean {
  return outcome === 'retry' || outcome === 'deferred';
}
