import { z } from 'zod';
import { EVENT_OUTCOMES } from './transport.js';

/** What `POST /events` answers: an outcome for each event that was sent. */
export const deliveryAnswerSchema = z
  .object({
    results: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(EVENT_OUTCOMES),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'EventResults' });
export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>;
