import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';

/** An event, rendered for subscribers. */
export interface Message {
  eventId: string;
  eventType: string;
  body: string;
}

// The expression of the index webhook_subscriptions_types.
const TYPES = `string_to_array(translate(s.event_types, '[]" ', ''), ',')`;

/** Event types that an enabled subscription wants. */
export const WANTED_TYPES = `SELECT unnest(${TYPES}) FROM webhook_subscriptions s WHERE s.enabled`;

@Injectable()
export class MessageRepository {
  /**
   * Makes a delivery of each message for each enabled subscription that wants its type, in one statement.
   * A message that nobody wants is not kept. Messages that were fanned out before change nothing.
   *
   * @returns how many deliveries
   */
  async fanOut(tx: Tx, messages: readonly Message[]): Promise<number> {
    const rows = await tx.query<{ made: number }[]>(
      `WITH message AS (
         SELECT * FROM unnest($1::uuid[], $2::varchar[], $3::text[]) AS m(event_id, event_type, body)),
       wanted AS (
         SELECT m.event_id, m.event_type, s.subscription_id
           FROM message m
           JOIN webhook_subscriptions s
             ON s.enabled
            AND ${TYPES} @> ARRAY[m.event_type::text]),
       kept AS (
         INSERT INTO webhook_messages (event_id, event_type, body)
         SELECT event_id, event_type, body FROM message m
          WHERE EXISTS (SELECT FROM wanted w WHERE w.event_id = m.event_id)
             ON CONFLICT (event_id) DO NOTHING),
       made AS (
         INSERT INTO webhook_deliveries (delivery_id, subscription_id, event_id, event_type)
         SELECT gen_random_uuid(), subscription_id, event_id, event_type FROM wanted
             ON CONFLICT (event_id, subscription_id) DO NOTHING
         RETURNING 1)
       SELECT count(*)::int AS made FROM made`,
      [
        messages.map(({ eventId }) => eventId),
        messages.map(({ eventType }) => eventType),
        messages.map(({ body }) => body),
      ],
    );
    return rows[0]?.made ?? 0;
  }
}
