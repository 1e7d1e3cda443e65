import { z } from 'zod';
import type { AssetParams, AssetTerms } from './asset-params.js';

export const assetIdField = z
  .string()
  .regex(/^[A-Z][A-Z0-9./_-]{0,63}$/, 'upper-case letters, digits and . / _ -');

const share = z.int().min(0).max(10_000);
/** A count of base units: up to 78 digits, never a JSON number. */
export const unitsField = z
  .string({ error: 'amount-not-string: a count of base units is a JSON string such as "1000000"' })
  .regex(/^[1-9]\d{0,77}$/, 'amount-malformed: a positive whole number of at most 78 digits');

const terms = {
  decimals: z.int().min(0).max(36),
  ltv_bps: share,
  liq_threshold_bps: share,
  liq_bonus_bps: z.int().min(10_000).max(20_000),
  max_price_age_s: z.int().min(1).max(31_536_000),
};

export const setBody = z
  .strictObject({
    ...terms,
    protocol_fee_bps: share.default(0),
    max_conf_bps: share.default(200),
    supply_cap: unitsField.nullish(),
  })
  .refine(({ ltv_bps, liq_threshold_bps }) => ltv_bps <= liq_threshold_bps, {
    path: ['ltv_bps'],
    message: 'ltv-above-threshold: ltv_bps is at most liq_threshold_bps',
  })
  .meta({ id: 'SetAssetParams' });

export const assetParamsBody = z
  .strictObject({
    asset_id: z.string(),
    version: z.int(),
    valid_from: z.iso.datetime(),
    ...terms,
    protocol_fee_bps: share,
    max_conf_bps: share,
    supply_cap: z.string().nullable(),
  })
  .meta({ id: 'AssetParams' });

export function toTerms(body: z.infer<typeof setBody>): AssetTerms {
  return {
    decimals: body.decimals,
    ltvBps: body.ltv_bps,
    liqThresholdBps: body.liq_threshold_bps,
    liqBonusBps: body.liq_bonus_bps,
    protocolFeeBps: body.protocol_fee_bps,
    maxPriceAgeSeconds: body.max_price_age_s,
    maxConfBps: body.max_conf_bps,
    supplyCap: body.supply_cap == null ? null : BigInt(body.supply_cap),
  };
}

export function toBody(params: AssetParams): z.infer<typeof assetParamsBody> {
  return {
    asset_id: params.assetId,
    version: params.version,
    valid_from: params.validFrom.toISOString(),
    decimals: params.decimals,
    ltv_bps: params.ltvBps,
    liq_threshold_bps: params.liqThresholdBps,
    liq_bonus_bps: params.liqBonusBps,
    protocol_fee_bps: params.protocolFeeBps,
    max_price_age_s: params.maxPriceAgeSeconds,
    max_conf_bps: params.maxConfBps,
    supply_cap: params.supplyCap?.toString() ?? null,
  };
}
