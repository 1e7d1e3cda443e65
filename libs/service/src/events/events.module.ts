import { Outbox, OutboxEntity, ProcessedEventEntity } from '@fusion-prime/messaging';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { ServiceConfig } from '../configuration/service-config.js';
import type { Logger } from '../logging/logger.js';
import type { ServiceParts } from '../start/service-definition.js';
import { EVENT_WORKS_PARTS, eventWorksProvider, type EventWorksParts } from './event-works.js';
import { EventsController } from './events.controller.js';

/** What a service needs to send events and to be sent some: by what its parts say. */
@Module({})
export class EventsModule {
  static forRoot(parts: ServiceParts, config: ServiceConfig, log: Logger): DynamicModule {
    const { entities, consumers = [], localSubscribers = [] } = parts;
    const works: EventWorksParts = {
      config,
      log,
      consumers,
      localSubscribers,
      hasOutbox: entities.includes(OutboxEntity),
      hasInbox: entities.includes(ProcessedEventEntity),
    };
    return {
      ...EventsModule.routes(parts),
      global: true,
      providers: [Outbox, { provide: EVENT_WORKS_PARTS, useValue: works }, eventWorksProvider],
      exports: [Outbox],
    };
  }

  /** The routes alone, for the documentation: a service that takes no events has none. */
  static routes({ consumers = [] }: ServiceParts): DynamicModule {
    return { module: EventsModule, controllers: consumers.length > 0 ? [EventsController] : [] };
  }
}
