import { SERVICE_NAMES, type ServiceName } from '@fusion-prime/kernel';
import type { EventContract } from './contract.js';
import { complianceEventParked, settlementEventParked } from './events/parked-events.js';
import { transferDecided } from './events/compliance-events.js';
import {
  commandEvents,
  escrowEvents,
  groupFailed,
  groupSettled,
  webhookDisabled,
} from './events/settlement-events.js';

/** Every event there is. */
export const CATALOGUE: readonly EventContract[] = [
  ...Object.values(commandEvents),
  ...Object.values(escrowEvents),
  groupSettled,
  groupFailed,
  webhookDisabled,
  settlementEventParked,
  transferDecided,
  complianceEventParked,
];

/** What each service listens to. Events flow to the right only; see FLOW. */
const LISTENS: Record<ServiceName, readonly EventContract[]> = {
  'price-oracle': [],
  compliance: [],
  settlement: [transferDecided],
  'risk-engine': [],
  alert: [webhookDisabled, settlementEventParked, complianceEventParked],
};

/** `price-oracle, compliance → settlement → risk-engine → alert`: an event may go from left to right. */
export const FLOW: Record<ServiceName, number> = {
  'price-oracle': 0,
  compliance: 0,
  settlement: 1,
  'risk-engine': 2,
  alert: 3,
};

/**
 * Who within its own service is told of its events: `settlement/webhooks` hands them to clients. It has
 * rows of its own in the outbox, like any subscriber.
 */
const LISTENS_LOCALLY: Partial<
  Record<ServiceName, Readonly<Record<string, readonly EventContract[]>>>
> = {
  settlement: {
    webhooks: [
      ...Object.values(commandEvents),
      ...Object.values(escrowEvents),
      groupSettled,
      groupFailed,
      webhookDisabled,
    ],
  },
};

const subscribers = new Map<string, readonly string[]>(
  CATALOGUE.map(({ type, service }) => [
    type,
    [
      ...SERVICE_NAMES.filter((name) => LISTENS[name].some((heard) => heard.type === type)),
      ...localSubscribersOf(service).filter((name) =>
        localSubscriptions(name).some((heard) => heard.type === type),
      ),
    ],
  ]),
);

/** Names of everybody who is to get an event: `alert`, `settlement/webhooks`. @throws {Error} of an unknown type */
export function subscribersOf(type: string): readonly string[] {
  const found = subscribers.get(type);
  if (found === undefined) throw new Error(`no contract is called ${type}`);
  return found;
}

/** The services that a service sends events to: what it must know the addresses of. */
export function listenersOf(service: ServiceName): readonly ServiceName[] {
  return SERVICE_NAMES.filter((name) => LISTENS[name].some((heard) => heard.service === service));
}

/** What a service is told by others. */
export function subscriptionsOf(service: ServiceName): readonly EventContract[] {
  return LISTENS[service];
}

/** `settlement` → `settlement/webhooks`. */
export function localSubscribersOf(service: ServiceName): readonly string[] {
  return Object.keys(LISTENS_LOCALLY[service] ?? {}).map((name) => `${service}/${name}`);
}

/** What a local subscriber such as `settlement/webhooks` is told. */
export function localSubscriptions(subscriber: string): readonly EventContract[] {
  const [service, name] = subscriber.split('/');
  return LISTENS_LOCALLY[service as ServiceName]?.[name ?? ''] ?? [];
}

/** @returns undefined for a type that nobody stated */
export function contractOf(type: string): EventContract | undefined {
  return CATALOGUE.find((stated) => stated.type === type);
}
