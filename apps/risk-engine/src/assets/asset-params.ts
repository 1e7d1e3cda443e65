import { Refusal } from '@fusion-prime/kernel';

/**
 * What an asset is worth as security. Ratios are basis points (1/100 of a percent); versions are only
 * ever added, so that every decision of the past can be replayed with the parameters of its day.
 */
export interface AssetParams {
  assetId: string;
  version: number;
  validFrom: Date;
  /** Digits after the point of one whole unit. */
  decimals: number;
  /** Share of its value that may be borrowed against it; at most the liquidation threshold. */
  ltvBps: number;
  liqThresholdBps: number;
  /** What a liquidator gets, 10000 = no bonus. */
  liqBonusBps: number;
  protocolFeeBps: number;
  maxPriceAgeSeconds: number;
  maxConfBps: number;
  /** In base units; null = no cap. */
  supplyCap: bigint | null;
}

export type AssetTerms = Omit<AssetParams, 'assetId' | 'version' | 'validFrom'>;

export class AssetNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'asset-not-found';

  constructor(assetId: string) {
    super(`no parameters for asset ${assetId}: PUT them first`);
  }
}

export class UnknownAssets extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'asset-unknown';

  constructor(assetIds: readonly string[]) {
    super(`no parameters for ${assetIds.join(', ')}: an asset needs them before it can be held`);
  }
}
