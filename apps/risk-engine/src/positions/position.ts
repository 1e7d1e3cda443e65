/** What an account holds as security (collateral) or owes (debt) in one asset. */
export interface Position {
  assetId: string;
  side: PositionSide;
  /** Base units of the asset, above zero: a position of nothing is no position. */
  amount: bigint;
}

export const POSITION_SIDES = ['collateral', 'debt'] as const;
export type PositionSide = (typeof POSITION_SIDES)[number];
