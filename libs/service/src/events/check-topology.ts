import { localSubscribersOf, subscriptionsOf } from '@fusion-prime/contracts';
import type { ServiceName } from '@fusion-prime/kernel';
import type { EventConsumer, LocalSubscriber } from '@fusion-prime/messaging';

/**
 * The topology says who is told what, and the features say what they take. Where they differ an event would
 * be parked, or never sent: both are mistakes of the code, found at boot.
 *
 * @throws {Error}
 */
export function checkConsumers(service: ServiceName, consumers: readonly EventConsumer[]): void {
  // None at all: the service has no route for events, and whoever sends some waits for a build that has.
  if (consumers.length === 0) return;
  const told = new Set(subscriptionsOf(service).map(({ type }) => type));
  const taken = new Set(consumers.flatMap(({ consumes }) => consumes.map(({ type }) => type)));
  demandSame(service, told, taken);
}

/** The same for those within the service. @throws {Error} */
export function checkLocalSubscribers(
  service: ServiceName,
  subscribers: readonly LocalSubscriber[],
): void {
  if (subscribers.length === 0) return;
  const told = new Set(localSubscribersOf(service));
  demandSame(service, told, new Set(subscribers.map(({ subscriber }) => subscriber)));
}

function demandSame(
  service: ServiceName,
  told: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): void {
  const untaken = [...told].filter((name) => !taken.has(name));
  const untold = [...taken].filter((name) => !told.has(name));
  if (untaken.length + untold.length === 0) return;
  const words = [
    untaken.length > 0 && `is told ${untaken.join(', ')} and takes nothing of it`,
    untold.length > 0 && `takes ${untold.join(', ')}, which the topology does not send there`,
  ];
  throw new Error(`${service} ${words.filter(Boolean).join('; it ')}: refusing to start`);
}
