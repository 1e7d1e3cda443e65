import { subscriptionsOf } from '@fusion-prime/contracts';
import { DatabaseConnector, Transactions } from '@fusion-prime/database';
import type {
  DeliveryResult,
  EventConsumer,
  EventLog,
  LocalSubscriber,
  StorableEvent,
} from '@fusion-prime/messaging';
import { assert } from '@fusion-prime/kernel';
import type {
  OnApplicationBootstrap,
  OnModuleDestroy,
  OnModuleInit,
  Provider,
  Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ServiceToken } from '../auth/service-token.js';
import type { ServiceConfig } from '../configuration/service-config.js';
import { Lifecycle } from '../start/lifecycle.js';
import { checkConsumers, checkLocalSubscribers } from './check-topology.js';
import { assembleEvents, type AssembledEvents } from './assemble-events.js';

/** What {@link EventWorks} is made of, beside what Nest provides. */
export interface EventWorksParts {
  config: ServiceConfig;
  log: EventLog;
  consumers: readonly Type<EventConsumer>[];
  localSubscribers: readonly Type<LocalSubscriber>[];
  /** Which of the two tables the service has. */
  hasOutbox: boolean;
  hasInbox: boolean;
}

export const EVENT_WORKS_PARTS = Symbol('EVENT_WORKS_PARTS');

/**
 * Everything that moves events in this process: relays, local relays, the inbox with its retries, the
 * clean-up. It begins once the database answered, and has ended before the pools close: a service that is
 * asked to end claims nothing more.
 *
 *   built ─► database connected: loops run ─► drain: loops told to end ─► destroyed: loops have ended
 */
export class EventWorks implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private assembled: AssembledEvents | undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly parts: EventWorksParts,
    private readonly moduleRef: ModuleRef,
    private readonly transactions: Transactions,
    private readonly connector: DatabaseConnector,
    private readonly token: ServiceToken,
  ) {}

  /** Types of the events that this service is told, by the topology. */
  get types(): readonly string[] {
    return subscriptionsOf(this.parts.config.service).map(({ type }) => type);
  }

  get hasOutbox(): boolean {
    return this.parts.hasOutbox;
  }

  get relays(): AssembledEvents['relays'] {
    return this.assembled?.relays ?? [];
  }

  get inbox(): AssembledEvents['inbox'] {
    return this.assembled?.inbox;
  }

  /** @throws {Error} when a feature and the topology do not agree on who is told what: it does not boot */
  onModuleInit(): void {
    const { config, log, hasOutbox, hasInbox } = this.parts;
    const find = <T>(type: Type<T>): T => this.moduleRef.get(type, { strict: false });
    const consumers = this.parts.consumers.map(find);
    const localSubscribers = this.parts.localSubscribers.map(find);
    checkConsumers(config.service, consumers);
    checkLocalSubscribers(config.service, localSubscribers);
    this.assembled = assembleEvents({
      config,
      log,
      token: this.token,
      transactions: this.transactions,
      ...(hasOutbox && { localSubscribers }),
      ...(hasInbox && { consumers }),
    });
  }

  onApplicationBootstrap(): void {
    const start = (): void => this.assembled?.start();
    // Why it did not connect is told by whoever runs the process.
    this.connector.start().then(start, () => undefined);
  }

  /** Tells every loop to end. Resolves when they have: at most what a statement takes. */
  stop(): Promise<void> {
    this.stopped ??= this.assembled?.stop() ?? Promise.resolve();
    return this.stopped;
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  take(events: readonly StorableEvent[]): Promise<DeliveryResult[]> {
    assert(this.inbox !== undefined, 'a service with a route for events has an inbox');
    return this.inbox.take(events);
  }
}

type Dependencies = [...ConstructorParameters<typeof EventWorks>, Lifecycle];

/** Makes {@link EventWorks}, and has it end its loops as soon as the process is asked to end. */
export const eventWorksProvider: Provider = {
  provide: EventWorks,
  useFactory: (...[parts, moduleRef, transactions, connector, token, lifecycle]: Dependencies) => {
    const works = new EventWorks(parts, moduleRef, transactions, connector, token);
    lifecycle.onDrain(() => void works.stop());
    return works;
  },
  inject: [EVENT_WORKS_PARTS, ModuleRef, Transactions, DatabaseConnector, ServiceToken, Lifecycle],
};
