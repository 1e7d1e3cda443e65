import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { AssetNotFound, type AssetParams } from './asset-params.js';

interface AssetParamsRow {
  asset_id: string;
  version: number;
  valid_from: Date;
  decimals: number;
  ltv_bps: number;
  liq_threshold_bps: number;
  liq_bonus_bps: number;
  protocol_fee_bps: number;
  max_price_age_s: number;
  max_conf_bps: number;
  supply_cap: string | null;
}

const COLUMNS = `asset_id, version, valid_from, decimals, ltv_bps, liq_threshold_bps, liq_bonus_bps,
  protocol_fee_bps, max_price_age_s, max_conf_bps, supply_cap`;

@Injectable()
export class AssetParamsRepository {
  /** One writer for each asset at a time, so that versions follow each other without a gap. */
  async lockAsset(tx: Tx, assetId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('asset_params:' || $1, 0))`, [
      assetId,
    ]);
  }

  async insert(tx: Tx, params: AssetParams): Promise<void> {
    await tx.query(
      `INSERT INTO asset_params (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        params.assetId,
        params.version,
        params.validFrom,
        params.decimals,
        params.ltvBps,
        params.liqThresholdBps,
        params.liqBonusBps,
        params.protocolFeeBps,
        params.maxPriceAgeSeconds,
        params.maxConfBps,
        params.supplyCap?.toString() ?? null,
      ],
    );
  }

  async findLatest(tx: Tx, assetId: string): Promise<AssetParams | null> {
    const rows = await tx.query<AssetParamsRow[]>(
      `SELECT ${COLUMNS} FROM asset_params WHERE asset_id = $1 ORDER BY version DESC LIMIT 1`,
      [assetId],
    );
    return rows[0] === undefined ? null : toParams(rows[0]);
  }

  /** @throws {AssetNotFound} */
  async getLatest(tx: Tx, assetId: string): Promise<AssetParams> {
    const params = await this.findLatest(tx, assetId);
    if (params === null) throw new AssetNotFound(assetId);
    return params;
  }

  /** Those of the given assets that have no parameters. */
  async unknownOf(tx: Tx, assetIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ asset_id: string }[]>(
      `SELECT wanted.asset_id FROM unnest($1::varchar[]) AS wanted (asset_id)
        WHERE NOT EXISTS (SELECT 1 FROM asset_params p WHERE p.asset_id = wanted.asset_id)
        ORDER BY 1`,
      [assetIds],
    );
    return rows.map((row) => row.asset_id);
  }
}

function toParams(row: AssetParamsRow): AssetParams {
  return {
    assetId: row.asset_id,
    version: row.version,
    validFrom: row.valid_from,
    decimals: row.decimals,
    ltvBps: row.ltv_bps,
    liqThresholdBps: row.liq_threshold_bps,
    liqBonusBps: row.liq_bonus_bps,
    protocolFeeBps: row.protocol_fee_bps,
    maxPriceAgeSeconds: row.max_price_age_s,
    maxConfBps: row.max_conf_bps,
    supplyCap: row.supply_cap === null ? null : BigInt(row.supply_cap),
  };
}
