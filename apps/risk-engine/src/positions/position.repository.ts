import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { Position, PositionSide } from './position.js';

interface PositionRow {
  asset_id: string;
  side: 'C' | 'D';
  amount: string;
}

const letterOf: Record<PositionSide, 'C' | 'D'> = { collateral: 'C', debt: 'D' };
const sideOf: Record<'C' | 'D', PositionSide> = { C: 'collateral', D: 'debt' };

@Injectable()
export class PositionRepository {
  /** Puts these positions in the place of all that the account had. The caller holds its lock. */
  async replaceAll(tx: Tx, accountId: string, positions: readonly Position[]): Promise<void> {
    await tx.query('DELETE FROM positions WHERE account_id = $1', [accountId]);
    await tx.query(
      `INSERT INTO positions (account_id, asset_id, side, amount)
       SELECT $1, * FROM unnest($2::varchar[], $3::char[], $4::numeric[])`,
      [
        accountId,
        positions.map(({ assetId }) => assetId),
        positions.map(({ side }) => letterOf[side]),
        positions.map(({ amount }) => amount.toString()),
      ],
    );
  }

  async listOf(tx: Tx, accountId: string): Promise<Position[]> {
    const rows = await tx.query<PositionRow[]>(
      'SELECT asset_id, side, amount FROM positions WHERE account_id = $1 ORDER BY asset_id, side',
      [accountId],
    );
    return rows.map((row) => ({
      assetId: row.asset_id,
      side: sideOf[row.side],
      amount: BigInt(row.amount),
    }));
  }
}
