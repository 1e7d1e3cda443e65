import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { canonicalAmount } from '@fusion-prime/kernel';
import {
  TransferNotFound,
  type Decision,
  type DecisionStep,
  type TransferDecision,
} from './transfer.js';

interface TransferRow {
  settlement_id: string;
  payer: string;
  payee: string;
  asset_symbol: string;
  amount: string;
  decision: Decision;
  reasons: string[];
  evaluated_at: Date;
  version: number;
}

interface StepRow {
  version: number;
  decision: Decision;
  reasons: string[];
  actor: string;
  decided_at: Date;
}

const COLUMNS = `settlement_id, payer, payee, asset_symbol, amount, decision, reasons, evaluated_at,
  version`;

@Injectable()
export class TransferRepository {
  /**
   * Writes those whose id is new, each with the first entry of its history: one statement for all. In the
   * order of their ids, so that two batches wait for each other and never both.
   *
   * @returns the ids that were new
   */
  async insertNew(
    tx: Tx,
    judged: readonly TransferDecision[],
    actor: string,
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ settlement_id: string }[]>(
      `WITH judged AS (
         INSERT INTO transfer_decisions (settlement_id, payer, payee, asset_symbol, amount, decision,
           reasons, evaluated_at)
         SELECT settlement_id, payer, payee, asset_symbol, amount, decision,
                string_to_array(reasons, ','), evaluated_at
           FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::varchar[], $5::numeric[],
                  $6::varchar[], $7::text[], $8::timestamptz[])
             AS t (settlement_id, payer, payee, asset_symbol, amount, decision, reasons, evaluated_at)
          ORDER BY settlement_id
         ON CONFLICT (settlement_id) DO NOTHING
         RETURNING settlement_id, version, decision, reasons, evaluated_at
       )
       INSERT INTO transfer_decision_history (settlement_id, version, decision, reasons, actor, decided_at)
       SELECT settlement_id, version, decision, reasons, $9, evaluated_at FROM judged
       RETURNING settlement_id`,
      [...columnsOf(judged), actor],
    );
    return new Set(rows.map((row) => row.settlement_id));
  }

  async listByIds(tx: Tx, settlementIds: readonly string[]): Promise<TransferDecision[]> {
    const rows = await tx.query<TransferRow[]>(
      `SELECT ${COLUMNS} FROM transfer_decisions WHERE settlement_id = ANY($1)`,
      [settlementIds],
    );
    return rows.map(toTransfer);
  }

  /** @throws {TransferNotFound} */
  async getById(tx: Tx, settlementId: string): Promise<TransferDecision> {
    return this.read(tx, settlementId, '');
  }

  /** Locks the row until the end of the transaction. @throws {TransferNotFound} */
  async lockById(tx: Tx, settlementId: string): Promise<TransferDecision> {
    return this.read(tx, settlementId, 'FOR UPDATE');
  }

  /** What is said now, and the entry of the history that says so. */
  async save(
    tx: Tx,
    { settlementId, decision, reasons, version }: TransferDecision,
    { actor, decidedAt }: Pick<DecisionStep, 'actor' | 'decidedAt'>,
  ): Promise<void> {
    await tx.query(
      `UPDATE transfer_decisions SET decision = $2, reasons = $3, version = $4
        WHERE settlement_id = $1`,
      [settlementId, decision, reasons, version],
    );
    await tx.query(
      `INSERT INTO transfer_decision_history (settlement_id, version, decision, reasons, actor, decided_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [settlementId, version, decision, reasons, actor, decidedAt],
    );
  }

  /** Oldest first. */
  async historyOf(tx: Tx, settlementId: string): Promise<DecisionStep[]> {
    const rows = await tx.query<StepRow[]>(
      `SELECT version, decision, reasons, actor, decided_at
         FROM transfer_decision_history WHERE settlement_id = $1 ORDER BY version`,
      [settlementId],
    );
    return rows.map(({ decided_at: decidedAt, ...step }) => ({ ...step, decidedAt }));
  }

  private async read(tx: Tx, settlementId: string, lock: '' | 'FOR UPDATE') {
    const rows = await tx.query<TransferRow[]>(
      `SELECT ${COLUMNS} FROM transfer_decisions WHERE settlement_id = $1 ${lock}`,
      [settlementId],
    );
    if (rows[0] === undefined) throw new TransferNotFound(settlementId);
    return toTransfer(rows[0]);
  }
}

/** One array for each column of the INSERT; an array of arrays would be unnested too deep. */
function columnsOf(judged: readonly TransferDecision[]): unknown[][] {
  return [
    judged.map((transfer) => transfer.settlementId),
    judged.map((transfer) => transfer.payer),
    judged.map((transfer) => transfer.payee),
    judged.map((transfer) => transfer.assetSymbol),
    judged.map((transfer) => transfer.amount),
    judged.map((transfer) => transfer.decision),
    judged.map((transfer) => transfer.reasons.join(',')),
    judged.map((transfer) => transfer.evaluatedAt),
  ];
}

function toTransfer(row: TransferRow): TransferDecision {
  return {
    settlementId: row.settlement_id,
    payer: row.payer,
    payee: row.payee,
    assetSymbol: row.asset_symbol,
    amount: canonicalAmount(row.amount),
    decision: row.decision,
    reasons: row.reasons,
    evaluatedAt: row.evaluated_at,
    version: row.version,
  };
}
