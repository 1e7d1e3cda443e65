import type { Tx } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import type { KeptAnswer } from './kept-answer.js';
import type { EarlierRequest, KeyedRequest } from './keyed-request.js';

interface KeyRow {
  method: string;
  path: string;
  fingerprint: Buffer;
  response_status: number;
  response_headers: Record<string, string>;
  response_body: Buffer | null;
}

@Injectable()
export class IdempotencyKeyRepository {
  /** False when another transaction works under this key; ours holds it until it ends. */
  async tryLock(tx: Tx, { principal, key }: KeyedRequest): Promise<boolean> {
    const rows = await tx.query<{ locked: boolean }[]>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
      [JSON.stringify(['idempotency-key', principal, key])],
    );
    return rows[0]?.locked === true;
  }

  /** A statement after {@link tryLock}, so that it sees what the last holder of the lock committed. */
  async find(
    tx: Tx,
    { principal, key }: KeyedRequest,
  ): Promise<{ request: EarlierRequest; answer: KeptAnswer } | null> {
    const rows = await tx.query<KeyRow[]>(
      `SELECT method, path, fingerprint, response_status, response_headers, response_body
         FROM idempotency_keys
        WHERE principal = $1 AND idem_key = $2 AND expires_at > now()`,
      [principal, key],
    );
    const row = rows[0];
    if (row === undefined) return null;
    return {
      request: row,
      answer: {
        status: row.response_status,
        headers: row.response_headers,
        body: row.response_body,
      },
    };
  }

  /** Takes the place of an expired one that nobody has removed yet. */
  async insert(
    tx: Tx,
    request: KeyedRequest,
    { answer, keptForMs }: { answer: KeptAnswer; keptForMs: number },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO idempotency_keys AS k (principal, idem_key, method, path, fingerprint,
         response_status, response_headers, response_body, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9::float8 / 1000))
       ON CONFLICT (principal, idem_key) DO UPDATE
         SET method = excluded.method, path = excluded.path, fingerprint = excluded.fingerprint,
             response_status = excluded.response_status, response_headers = excluded.response_headers,
             response_body = excluded.response_body, created_at = excluded.created_at,
             expires_at = excluded.expires_at
         WHERE k.expires_at <= now()`,
      [
        request.principal,
        request.key,
        request.method,
        request.path,
        request.fingerprint,
        answer.status,
        JSON.stringify(answer.headers),
        answer.body,
        keptForMs,
      ],
    );
  }

  /** Removes at most so many that have expired. @returns how many */
  async deleteExpired(tx: Tx, limit: number): Promise<number> {
    const rows = await tx.query<{ removed: number }[]>(
      `WITH expired AS (
         SELECT principal, idem_key FROM idempotency_keys
          WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
       ), gone AS (
         DELETE FROM idempotency_keys k USING expired e
          WHERE k.principal = e.principal AND k.idem_key = e.idem_key RETURNING 1
       )
       SELECT count(*)::int AS removed FROM gone`,
      [limit],
    );
    return rows[0]?.removed ?? 0;
  }
}
