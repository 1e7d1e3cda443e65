import { listenersOf, subscriptionsOf } from '@fusion-prime/contracts';
import type { Transactions } from '@fusion-prime/database';
import type { ServiceName } from '@fusion-prime/kernel';
import {
  CleanUp,
  HttpTransport,
  Inbox,
  LocalRelay,
  Loop,
  NatsLink,
  NatsReceiver,
  NatsTransport,
  Relay,
  sourceOf,
  type EventConsumer,
  type EventLog,
  type LocalSubscriber,
  type RelayLimits,
  type Transport,
} from '@fusion-prime/messaging';
import type { ServiceToken } from '../auth/service-token.js';
import type { ServiceConfig } from '../configuration/service-config.js';

export interface EventParts {
  config: ServiceConfig;
  log: EventLog;
  token: ServiceToken;
  transactions: Transactions;
  /** Undefined: the service has no outbox. */
  localSubscribers?: readonly LocalSubscriber[];
  /** Undefined: the service has no inbox. */
  consumers?: readonly EventConsumer[];
  limits?: Partial<RelayLimits>;
}

/** What moves the events of one service. */
export interface AssembledEvents {
  relays: readonly (Relay | LocalRelay)[];
  inbox: Inbox | undefined;
  start(): void;
  /** Resolves once no loop runs and no connection to others is open. */
  stop(): Promise<void>;
}

const RETRY_POLL_MS = 1_000;
// Whatever arrives ends the pause.
const RECEIVER_IDLE_MS = 1_000;
const CLEAN_UP_EVERY_MS = 60_000;

/** Puts the parts together; nothing runs yet. */
export function assembleEvents(parts: EventParts): AssembledEvents {
  const link = natsLink(parts);
  const transport = openTransport(parts, link);
  const remote = transport === undefined ? [] : remoteRelays(parts, transport);
  const relays = [...remote, ...localRelays(parts)];
  const inbox = inboxOf(parts);
  const receiver = receiverOf(parts, inbox, link);
  const loops = [
    ...relays.map((relay) => relayLoop(relay, parts.log)),
    ...(inbox === undefined ? [] : [retryLoop(inbox, parts.log)]),
    ...(receiver === undefined ? [] : [receiverLoop(receiver, parts.log)]),
    ...cleanUpLoops(parts),
  ];
  return {
    relays,
    inbox,
    start: () => loops.forEach((loop) => loop.start()),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await receiver?.stop();
      await transport?.close();
      await link?.close();
    },
  };
}

function natsLink({ config }: EventParts): NatsLink | undefined {
  const { service, events } = config;
  if (events?.transport !== 'nats' || events.natsUrl === undefined) return undefined;
  const { natsUrl: url, natsCredentialsFile: credentialsFile } = events;
  return new NatsLink({ name: `fusion-prime ${service}`, url, credentialsFile });
}

function openTransport(
  { config, token, localSubscribers }: EventParts,
  link: NatsLink | undefined,
): Transport | undefined {
  const { service, events } = config;
  if (events === undefined || localSubscribers === undefined) return undefined;
  if (listenersOf(service).length === 0) return undefined;
  if (link !== undefined) return new NatsTransport(link, service);
  return new HttpTransport({ addresses: events.listeners, token: () => token.current() });
}

function receiverOf(
  { config }: EventParts,
  inbox: Inbox | undefined,
  link: NatsLink | undefined,
): NatsReceiver | undefined {
  if (inbox === undefined || link === undefined) return undefined;
  const { service } = config;
  return new NatsReceiver({ link, service, publishers: publishersFor(service), inbox });
}

/** Whose events a service is told. */
function publishersFor(service: ServiceName): ServiceName[] {
  return [...new Set(subscriptionsOf(service).map((contract) => contract.service))];
}

function remoteRelays(parts: EventParts, transport: Transport): Relay[] {
  const { config, transactions, log, limits = {} } = parts;
  const { service, events } = config;
  const listeners = listenersOf(service);
  // They all write to one stream, whose order holds only if they wait for each other.
  const among = events?.transport === 'nats' ? listeners : [];
  return listeners.map(
    (subscriber) => new Relay({ service, subscriber, transactions, transport, log, among, limits }),
  );
}

function localRelays({ config, transactions, log, ...parts }: EventParts): LocalRelay[] {
  const { localSubscribers = [], limits = {} } = parts;
  return localSubscribers.map(
    (subscriber) =>
      new LocalRelay({ service: config.service, subscriber, transactions, log, limits }),
  );
}

function inboxOf({ config, consumers = [], transactions, log }: EventParts): Inbox | undefined {
  if (consumers.length === 0) return undefined;
  return new Inbox({ service: config.service, consumers, transactions, log });
}

function relayLoop(relay: Relay | LocalRelay, log: EventLog): Loop {
  return new Loop({
    name: `relay to ${relay.subscriber}`,
    idleMs: relay.limits.pollMs,
    turn: (signal) => relay.turn(signal),
    log,
  });
}

function receiverLoop(receiver: NatsReceiver, log: EventLog): Loop {
  const loop = new Loop({
    name: 'NATS receiver',
    idleMs: RECEIVER_IDLE_MS,
    turn: (signal) => receiver.turn(signal),
    log,
  });
  receiver.onArrival = () => loop.nudge();
  return loop;
}

function retryLoop(inbox: Inbox, log: EventLog): Loop {
  return new Loop({
    name: 'inbox retries',
    idleMs: RETRY_POLL_MS,
    turn: () => inbox.retryOne(),
    log,
  });
}

function cleanUpLoops({ config, transactions, log, ...parts }: EventParts): Loop[] {
  const cleanUp = new CleanUp(transactions);
  const sources = publishersFor(config.service).map(sourceOf);
  const loop = (name: string, turn: () => Promise<boolean>): Loop =>
    new Loop({ name, idleMs: CLEAN_UP_EVERY_MS, turn, log });
  return [
    ...(parts.localSubscribers === undefined
      ? []
      : [loop('outbox clean-up', () => cleanUp.outbox())]),
    ...(parts.consumers === undefined
      ? []
      : [loop('inbox clean-up', () => cleanUp.inbox(config.service, sources))]),
  ];
}
