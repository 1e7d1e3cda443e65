import { z } from 'zod';
import { assetIdField, unitsField } from '../assets/assets.dto.js';
import { POSITION_SIDES, type Position } from './position.js';
import type { AccountPositions } from './set-positions.js';

const MAX_POSITIONS = 200;

const positionField = z.strictObject({
  asset_id: assetIdField,
  side: z.enum(POSITION_SIDES),
  amount: unitsField.describe('Base units of the asset, as a decimal string'),
});

export const setBody = z
  .strictObject({ positions: z.array(positionField).max(MAX_POSITIONS) })
  .refine(({ positions }) => new Set(positions.map(keyOf)).size === positions.length, {
    path: ['positions'],
    message: 'position-twice: one position for each asset and side',
  })
  .meta({ id: 'SetPositions' });

export const positionsBody = z
  .strictObject({
    account_id: z.uuid(),
    version: z.int(),
    positions: z.array(
      z.strictObject({ asset_id: z.string(), side: z.enum(POSITION_SIDES), amount: z.string() }),
    ),
  })
  .meta({ id: 'Positions' });

export function toPositions(body: z.infer<typeof setBody>): Position[] {
  return body.positions.map(({ asset_id, side, amount }) => ({
    assetId: asset_id,
    side,
    amount: BigInt(amount),
  }));
}

export function toBody(held: AccountPositions): z.infer<typeof positionsBody> {
  return {
    account_id: held.accountId,
    version: held.version,
    positions: held.positions.map(({ assetId, side, amount }) => ({
      asset_id: assetId,
      side,
      amount: amount.toString(),
    })),
  };
}

function keyOf({ asset_id, side }: z.infer<typeof positionField>): string {
  return `${side} ${asset_id}`;
}
