const DUE = `o.next_attempt_at <= now() AND (o.locked_until IS NULL OR o.locked_until <= now())`;

const FREE = `o.subscriber = $1 AND o.status = 'pending' AND ${DUE}`;

/**
 * A row that is known by its event, found by the primary key and by no other index. Nearly every row was sent,
 * so after an ANALYZE the planner takes it for granted that next to none is pending; were it let, it would
 * look through all that are for each event: ten seconds for a claim before a backlog of 50,000, not 40 ms.
 */
export const PENDING_BY_KEY = `o.subscriber || '' = $1 AND o.status || '' = 'pending'`;

const AGGREGATE = `(PARTITION BY aggregate_type, aggregate_id ORDER BY aggregate_seq)`;

const COLUMNS = `o.id, o.event_id, o.event_type, o.aggregate_id, o.aggregate_seq, o.attempts,
  o.payload::text AS payload, o.headers, o.occurred_at, o.locked_until::text AS locked_until`;

// A stream that several subscribers read from is in order only if all of its writers wait for each other.
const NOTHING_BEFORE_FOR_OTHERS = `AND NOT EXISTS (
       SELECT FROM unnest($5::varchar[]) AS other(name)
        WHERE other.name <> $1
          AND (SELECT p.status FROM outbox p
                WHERE p.subscriber = other.name AND p.aggregate_type = s.aggregate_type
                  AND p.aggregate_id = s.aggregate_id AND p.aggregate_seq < s.aggregate_seq
                ORDER BY p.aggregate_seq DESC LIMIT 1) = 'pending')`;

/**
 * Takes due rows of one subscriber and changes them by `set`, in one statement.
 *
 *   seen    the first $2 that are free: due, and leased to nobody
 *   linked  each with its immediate predecessor: one index probe says whether that is pending
 *   runs    an aggregate's rows from its first pending one on, without a gap, at most $3 of them
 *   locked  the first $4 of those that nobody else holds; an aggregate of which a row could not be had is cut there
 *
 * So nothing is taken while something before it in its aggregate waits, unless that is taken as well, in the
 * same claim and in front of it. Whoever is blocked takes no place of those who are not.
 *
 * Never "everything after the last id": transactions commit in another order than they took their ids.
 *
 * Parameters: $1 subscriber, $2 seen, $3 of one aggregate, $4 in all, $5 others who share the stream, $6 and up
 * for `set`.
 *
 * @param wantedTypes a query for the event types whose rows are given back; all are changed
 */
export function takeSql(set: string, wantedTypes?: string): string {
  const wanted = wantedTypes === undefined ? 'true' : `changed.event_type IN (${wantedTypes})`;
  return `
  WITH seen AS MATERIALIZED (
    SELECT o.event_id, o.id, o.aggregate_type, o.aggregate_id, o.aggregate_seq
      FROM outbox o WHERE ${FREE} ORDER BY o.id LIMIT $2),
  linked AS (
    SELECT s.*, p.seq AS before, coalesce(p.pending, false) AS waits,
           lag(s.aggregate_seq) OVER ${AGGREGATE} AS seen_before
      FROM seen s LEFT JOIN LATERAL (
        SELECT p.aggregate_seq AS seq, p.status = 'pending' AS pending FROM outbox p
         WHERE p.subscriber = $1 AND p.aggregate_type = s.aggregate_type
           AND p.aggregate_id = s.aggregate_id AND p.aggregate_seq < s.aggregate_seq
         ORDER BY p.aggregate_seq DESC LIMIT 1) AS p ON true
     WHERE true ${NOTHING_BEFORE_FOR_OTHERS}),
  runs AS (
    SELECT *, row_number() OVER ${AGGREGATE} AS place,
           bool_and(NOT waits OR before IS NOT DISTINCT FROM seen_before) OVER ${AGGREGATE} AS whole
      FROM linked),
  chosen AS MATERIALIZED (
    SELECT * FROM runs WHERE whole AND place <= $3 ORDER BY id LIMIT $4),
  locked AS MATERIALIZED (
    SELECT c.* FROM chosen c JOIN outbox o ON o.event_id = c.event_id
     WHERE ${PENDING_BY_KEY} AND ${DUE} ORDER BY o.id FOR UPDATE OF o SKIP LOCKED),
  had AS (
    SELECT *, lag(aggregate_seq) OVER ${AGGREGATE} AS had_before FROM locked),
  taken AS (
    SELECT event_id, bool_and(NOT waits OR before IS NOT DISTINCT FROM had_before)
                       OVER ${AGGREGATE} AS whole
      FROM had),
  changed AS (
    UPDATE outbox o SET ${set} FROM taken t
     WHERE t.whole AND o.event_id = t.event_id AND o.subscriber || '' = $1
    RETURNING ${COLUMNS})
  SELECT (SELECT count(*)::int FROM seen) AS seen, (SELECT count(*)::int FROM changed) AS taken, changed.*
    FROM (VALUES (1)) AS always LEFT JOIN changed ON ${wanted} ORDER BY changed.id`;
}

/** The same for a single row: $2 its event. */
export function takeOneSql(set: string): string {
  return `
  WITH due AS MATERIALIZED (
    SELECT o.event_id FROM outbox o
     WHERE ${PENDING_BY_KEY} AND ${DUE} AND o.event_id = $2
       AND (SELECT p.status FROM outbox p
             WHERE p.subscriber = $1 AND p.aggregate_type = o.aggregate_type
               AND p.aggregate_id = o.aggregate_id AND p.aggregate_seq < o.aggregate_seq
             ORDER BY p.aggregate_seq DESC LIMIT 1) IS DISTINCT FROM 'pending'
       FOR UPDATE OF o SKIP LOCKED),
  changed AS (
    UPDATE outbox o SET ${set} FROM due
     WHERE o.event_id = due.event_id AND o.subscriber || '' = $1
    RETURNING ${COLUMNS})
  SELECT 1 AS seen, 1 AS taken, changed.* FROM changed`;
}
