export { CleanUp } from './clean-up.js';
export type { CleanUpOptions } from './clean-up.js';
export {
  CLOUD_EVENT_BATCH_TYPE,
  CLOUD_EVENT_TYPE,
  cloudEventSchema,
  sourceOf,
  storableEventSchema,
} from './cloud-event.js';
export type { CloudEvent, StorableEvent, WireEvent } from './cloud-event.js';
export { EventGauges } from './event-gauges.js';
export type { OutboxGauge } from './event-gauges.js';
export type { EventLog } from './event-log.js';
export { Inbox } from './inbox/inbox.js';
export type { InboxParts } from './inbox/inbox.js';
export { Loop } from './loop.js';
export type { LoopLog, LoopOptions } from './loop.js';
export { OutboxEntity } from './outbox.entity.js';
export { Outbox, OUTBOX_COLUMNS, OUTBOX_TYPES, outboxColumns } from './outbox.js';
export type { NewEvent } from './outbox.js';
export { ProcessedEventEntity } from './processed-event.entity.js';
export type { EventConsumer, LocalSubscriber, ReceivedEvent } from './received-event.js';
export { RELAY_LIMITS } from './relay/limits.js';
export type { RelayLimits } from './relay/limits.js';
export { boundedSignal } from './relay/bounded-signal.js';
export { LocalRelay } from './relay/local-relay.js';
export type { LocalRelayParts } from './relay/local-relay.js';
export { Relay } from './relay/relay.js';
export type { RelayParts } from './relay/relay.js';
export { deliveryAnswerSchema } from './transports/delivery-answer.js';
export type { DeliveryAnswer } from './transports/delivery-answer.js';
export { HttpTransport } from './transports/http-transport.js';
export type { HttpTransportOptions } from './transports/http-transport.js';
export { NatsLink } from './transports/nats/nats-link.js';
export type { NatsLinkOptions } from './transports/nats/nats-link.js';
export { NatsReceiver } from './transports/nats/nats-receiver.js';
export type { NatsReceiverParts } from './transports/nats/nats-receiver.js';
export { NatsTransport } from './transports/nats/nats-transport.js';
export { EVENT_OUTCOMES, SubscriberSilent } from './transports/transport.js';
export type { DeliveryResult, EventOutcome, Transport } from './transports/transport.js';
