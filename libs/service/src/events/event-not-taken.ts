import { Refusal } from '@fusion-prime/kernel';

/** Something that passes: whoever brought the event is asked to bring it again. */
export class EventNotTaken extends Refusal {
  readonly kind = 'unavailable';
  readonly code = 'event-not-taken';
  override readonly retryAfterSeconds = 1;

  constructor(eventId: string) {
    super(`event ${eventId} could not be taken at present; bring it again`);
  }
}
