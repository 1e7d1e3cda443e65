export { callsOf } from './calls.js';
export type { ServiceCall } from './calls.js';
export { contract } from './contract.js';
export type { EventContract } from './contract.js';
export { asyncApiDocument, subjectOf } from './documents/asyncapi.js';
export { eventSchemas, schemaIdOf } from './documents/event-schemas.js';
export { TRANSFER_DECISIONS, transferDecided } from './events/compliance-events.js';
export { complianceEventParked, settlementEventParked } from './events/parked-events.js';
export {
  COMMAND_EVENT_STATUSES,
  commandEvents,
  ESCROW_EVENT_STATES,
  escrowEvents,
  groupFailed,
  groupSettled,
  webhookDisabled,
} from './events/settlement-events.js';
export type {
  CommandEventData,
  EscrowEventData,
  GroupEventData,
} from './events/settlement-events.js';
export {
  CATALOGUE,
  contractOf,
  FLOW,
  listenersOf,
  localSubscribersOf,
  localSubscriptions,
  subscribersOf,
  subscriptionsOf,
} from './topology.js';
