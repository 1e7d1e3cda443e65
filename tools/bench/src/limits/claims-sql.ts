/** Rows of one claim, as the relay's. */
export const CLAIM_SIZE = 400;

/**
 * What any relay must do at least: lease a batch, and mark it as sent when it was handed over. Two
 * transactions, no order, no delivery.
 */
export const CLAIM_AND_MARK = `WITH due AS MATERIALIZED (
    SELECT event_id FROM outbox
     WHERE subscriber = 'alert' AND status = 'pending'
       AND (locked_until IS NULL OR locked_until <= now())
     ORDER BY id LIMIT ${String(CLAIM_SIZE)} FOR UPDATE SKIP LOCKED),
  leased AS (
    UPDATE outbox o SET locked_until = now() + interval '30 s' FROM due
     WHERE o.subscriber = 'alert' AND o.event_id = due.event_id RETURNING o.event_id)
  SELECT coalesce(array_agg(event_id), '{}') AS ids FROM leased \\gset
UPDATE outbox SET status = 'sent', sent_at = now(), locked_until = NULL
 WHERE subscriber = 'alert' AND event_id = ANY(:ids::uuid[]) AND status = 'pending';
`;
