import type { ServiceName } from '@fusion-prime/kernel';
import { z } from 'zod';
import { contract } from '../contract.js';
import { referenceField } from '../fields.js';

const parkedData = z.object({
  event_id: z.uuid(),
  event_type: referenceField,
  subscriber: referenceField,
  attempts: z.int().positive(),
});

/** A service's relay gave up on an event: somebody has to look (`fp events list`). */
const eventParked = (service: ServiceName) =>
  contract(service, `${service}.event.parked.v1`, {
    description: 'An event could not be handed over in all its tries and waits for a person.',
    data: parkedData,
  });

export const settlementEventParked = eventParked('settlement');
export const complianceEventParked = eventParked('compliance');
