export { Loop } from './loop.js';
export type { LoopLog, LoopOptions } from './loop.js';
export { OutboxEntity } from './outbox.entity.js';
export { Outbox, OUTBOX_COLUMNS, OUTBOX_TYPES, outboxColumns } from './outbox.js';
export type { NewEvent } from './outbox.js';
export { ProcessedEventEntity } from './processed-event.entity.js';
export type { EventConsumer, LocalSubscriber, ReceivedEvent } from './received-event.js';
