import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import { formatAmount, parseAmount } from '@fusion-prime/kernel';
import {
  GroupNotFound,
  type Group,
  type GroupModel,
  type GroupReason,
  type GroupStatus,
} from './group.js';

interface GroupRow {
  group_id: string;
  model: GroupModel;
  status: GroupStatus;
  failed_leg: number | null;
  reason_code: GroupReason | null;
  version: number;
  cutoff_at: Date | null;
  due_at: Date | null;
  created_at: Date;
  updated_at: Date;
  legs: {
    leg: number;
    payer: string;
    payee: string;
    asset_symbol: string;
    amount: string;
    affirmed_at: string | null;
  }[];
}

// Amounts as text: JSON would make numbers of them.
const LEGS = `(SELECT json_agg(json_build_object('leg', leg, 'payer', payer, 'payee', payee,
    'asset_symbol', asset_symbol, 'amount', amount::text, 'affirmed_at', affirmed_at) ORDER BY leg)
   FROM settlement_group_legs l WHERE l.group_id = g.group_id) AS legs`;
const COLUMNS = `g.group_id, g.model, g.status, g.failed_leg, g.reason_code, g.version, g.cutoff_at,
  g.due_at, g.created_at, g.updated_at, ${LEGS}`;

@Injectable()
export class GroupRepository {
  async insert(tx: Tx, group: Group): Promise<void> {
    const { legs } = group;
    await tx.query(
      `WITH made AS (
         INSERT INTO settlement_groups (group_id, model, leg_count, cutoff_at, due_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $4, $5, $5))
       INSERT INTO settlement_group_legs (group_id, leg, payer, payee, asset_symbol, amount)
       SELECT $1, * FROM unnest($6::int[], $7::varchar[], $8::varchar[], $9::varchar[], $10::numeric[])`,
      [
        group.groupId,
        group.model,
        legs.length,
        group.cutoffAt,
        group.createdAt,
        legs.map(({ leg }) => leg),
        legs.map(({ payer }) => payer),
        legs.map(({ payee }) => payee),
        legs.map(({ assetSymbol }) => assetSymbol),
        legs.map(({ amount }) => formatAmount(amount)),
      ],
    );
  }

  async save(tx: Tx, group: Group): Promise<void> {
    await tx.query(
      `WITH affirmed AS (
         UPDATE settlement_group_legs l SET affirmed_at = a.affirmed_at
           FROM unnest($8::int[], $9::timestamptz[]) AS a(leg, affirmed_at)
          WHERE l.group_id = $1 AND l.leg = a.leg
            AND l.affirmed_at IS DISTINCT FROM a.affirmed_at)
       UPDATE settlement_groups
          SET status = $2, failed_leg = $3, reason_code = $4, version = $5, due_at = $6, updated_at = $7
        WHERE group_id = $1`,
      [
        group.groupId,
        group.status,
        group.failedLeg,
        group.reason,
        group.version,
        group.dueAt,
        group.updatedAt,
        group.legs.map(({ leg }) => leg),
        group.legs.map(({ affirmedAt }) => affirmedAt),
      ],
    );
  }

  /** @throws {GroupNotFound} */
  async getById(reader: Reader, groupId: string): Promise<Group> {
    const [row] = await reader.query<GroupRow[]>(
      `SELECT ${COLUMNS} FROM settlement_groups g WHERE g.group_id = $1`,
      [groupId],
    );
    if (row === undefined) throw new GroupNotFound(groupId);
    return toGroup(row);
  }

  /** With the database's clock under the lock. @throws {GroupNotFound} */
  async lockById(tx: Tx, groupId: string): Promise<{ group: Group; now: Date }> {
    const [lock] = await tx.query<{ now: Date }[]>(
      `WITH locked AS (SELECT 1 FROM settlement_groups WHERE group_id = $1 FOR NO KEY UPDATE)
       SELECT clock_timestamp() AS now FROM locked`,
      [groupId],
    );
    if (lock === undefined) throw new GroupNotFound(groupId);
    // A statement of its own: it sees what whoever had the lock before has committed.
    return { group: await this.getById(tx, groupId), now: lock.now };
  }

  /** Takes a few that have to be looked at, and puts them off for a while in case this process dies. */
  async claimDue(
    tx: Tx,
    { limit, leaseMs }: { limit: number; leaseMs: number },
  ): Promise<string[]> {
    const [rows] = await tx.query<[{ group_id: string }[], number]>(
      `WITH due AS MATERIALIZED (
         SELECT group_id FROM settlement_groups
          WHERE status IN ('pending', 'matched') AND due_at <= now()
          ORDER BY due_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE settlement_groups g SET due_at = now() + $2 * interval '1 ms'
         FROM due WHERE g.group_id = due.group_id
       RETURNING g.group_id`,
      [limit, leaseMs],
    );
    return rows.map(({ group_id }) => group_id);
  }

  /** Compliance decided about a leg. */
  async wake(tx: Tx, groupId: string): Promise<void> {
    await tx.query(
      `UPDATE settlement_groups SET due_at = now() WHERE group_id = $1 AND status = 'matched'`,
      [groupId],
    );
  }
}

function toGroup(row: GroupRow): Group {
  return {
    groupId: row.group_id,
    model: row.model,
    status: row.status,
    legs: row.legs.map((leg) => ({
      leg: leg.leg,
      payer: leg.payer,
      payee: leg.payee,
      assetSymbol: leg.asset_symbol,
      amount: parseAmount(leg.amount),
      affirmedAt: leg.affirmed_at === null ? null : new Date(leg.affirmed_at),
    })),
    failedLeg: row.failed_leg,
    reason: row.reason_code,
    version: row.version,
    cutoffAt: row.cutoff_at,
    dueAt: row.due_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
