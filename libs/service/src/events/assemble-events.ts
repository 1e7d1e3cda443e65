import { listenersOf, subscriptionsOf } from '@fusion-prime/contracts';
import type { Transactions } from '@fusion-prime/database';
import {
  CleanUp,
  HttpTransport,
  Inbox,
  LocalRelay,
  Loop,
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
import type { EventsConfig } from './events-config.js';

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
const CLEAN_UP_EVERY_MS = 60_000;

/** Puts the parts together; nothing runs yet. */
export function assembleEvents(parts: EventParts): AssembledEvents {
  const transport = openTransport(parts);
  const remote = transport === undefined ? [] : remoteRelays(parts, transport);
  const relays = [...remote, ...localRelays(parts)];
  const inbox = inboxOf(parts);
  const loops = [
    ...relays.map((relay) => relayLoop(relay, parts.log)),
    ...(inbox === undefined ? [] : [retryLoop(inbox, parts.log)]),
    ...cleanUpLoops(parts),
  ];
  return {
    relays,
    inbox,
    start: () => loops.forEach((loop) => loop.start()),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await transport?.close();
    },
  };
}

function openTransport({ config, token, localSubscribers }: EventParts): Transport | undefined {
  const { service, events } = config;
  if (events === undefined || localSubscribers === undefined) return undefined;
  if (listenersOf(service).length === 0) return undefined;
  return httpTransport(events, token);
}

function httpTransport({ listeners }: EventsConfig, token: ServiceToken): Transport {
  return new HttpTransport({ addresses: listeners, token: () => token.current() });
}

function remoteRelays(parts: EventParts, transport: Transport): Relay[] {
  const { config, transactions, log, limits = {} } = parts;
  const { service } = config;
  return listenersOf(service).map(
    (subscriber) => new Relay({ service, subscriber, transactions, transport, log, limits }),
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
  const publishers = new Set(subscriptionsOf(config.service).map(({ service }) => service));
  const sources = [...publishers].map(sourceOf);
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
