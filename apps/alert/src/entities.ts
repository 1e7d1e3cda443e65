import { ProcessedEventEntity } from '@fusion-prime/messaging';
import { AlertEntity } from './alerts/alert.entity.js';
import { AcknowledgementEntity } from './acknowledgements/acknowledgement.entity.js';
import { TimelineEntryEntity } from './timeline/timeline-entry.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [
  AlertEntity,
  AcknowledgementEntity,
  TimelineEntryEntity,
  ProcessedEventEntity,
];
