import type { EntityClass } from '@fusion-prime/database';
import type { Environment, ServiceName } from '@fusion-prime/kernel';
import type { EventConsumer, LocalSubscriber } from '@fusion-prime/messaging';
import type { Type } from '@nestjs/common';

/** What is loaded only after the configuration was found good: it brings Nest and TypeORM with it. */
export interface ServiceParts {
  /** The app's composition root, the one module that lists its features. */
  module: Type;
  /** TypeORM entity classes of the app; those of every service are added to them. */
  entities: readonly EntityClass[];
  /** The `migrations.lock` of the service's migrations package. */
  migrationsLock: URL;
  /** What the service does about the events of others; each is a provider of its module. */
  consumers?: readonly Type<EventConsumer>[];
  /** The same for its own events. */
  localSubscribers?: readonly Type<LocalSubscriber>[];
}

/**
 * One service, before it runs. A value, so that the process, the tests and the OpenAPI file are made of
 * the same one.
 *
 * @example
 * export const settlement: ServiceDefinition<SettlementConfig> = {
 *   name: 'settlement',
 *   defaultPort: 4001,
 *   readConfig: readSettlementConfig,
 *   configToken: SETTLEMENT_CONFIG,
 *   load: () => import('./settlement.module.js').then((m) => m.settlementParts),
 * };
 */
export interface ServiceDefinition<C = unknown> {
  name: ServiceName;
  defaultPort: number;
  /** Reads the app's own variables; problems go into the same list as everybody's. */
  readConfig: (env: Environment) => C;
  /** Where the app finds what `readConfig` returned. */
  configToken?: symbol;
  load: () => Promise<ServiceParts>;
}
