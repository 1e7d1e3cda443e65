import { canonicalAmount } from '@fusion-prime/kernel';
import { amountSchema } from '@fusion-prime/service';
import { z } from 'zod';
import type { Evaluation } from './evaluate-transfers.js';
import {
  DECISIONS,
  VERDICTS,
  type DecisionStep,
  type Transfer,
  type TransferDecision,
} from './transfer.js';

/** What settlement asks about at once; its statements stay at three, its body within the limit. */
export const MAX_TRANSFERS = 500;
/** 500 transfers whose references are as long as they may be, four bytes a character. */
export const BULK_BODY_BYTES = 2 * 1024 * 1024;

export const settlementIdField = z.string().min(1).max(128);
const reasonField = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case words joined by hyphens');

export const evaluateBody = z
  .strictObject({
    payer: z.string().min(1).max(128).describe('external_ref of a subject'),
    payee: z.string().min(1).max(128).describe('external_ref of a subject'),
    asset_symbol: z.string().min(1).max(64),
    amount: amountSchema,
  })
  .meta({ id: 'EvaluateTransfer' });

export const evaluateManyBody = z
  .strictObject({
    transfers: z
      .array(evaluateBody.extend({ settlement_id: settlementIdField }))
      .min(1)
      .max(MAX_TRANSFERS),
  })
  .refine(
    ({ transfers }) =>
      new Set(transfers.map(({ settlement_id }) => settlement_id)).size === transfers.length,
    {
      path: ['transfers'],
      message: 'settlement-id-repeated: each settlement_id stands in a request once',
    },
  )
  .meta({ id: 'EvaluateTransfers' });

export const decideBody = z
  .strictObject({ decision: z.enum(VERDICTS), reason: reasonField })
  .meta({ id: 'DecideTransfer' });

export const evaluationBody = z
  .strictObject({
    settlement_id: z.string(),
    decision: z.enum(DECISIONS),
    reasons: z.array(z.string()),
    evaluated_at: z.iso.datetime(),
    version: z.int(),
  })
  .meta({ id: 'TransferEvaluation' });

export const evaluationsBody = z
  .strictObject({ results: z.array(evaluationBody).describe('In the order of the request') })
  .meta({ id: 'TransferEvaluations' });

export const transferBody = evaluationBody
  .extend({
    payer: z.string(),
    payee: z.string(),
    asset_symbol: z.string(),
    amount: z.string(),
    history: z.array(
      z.strictObject({
        version: z.int(),
        decision: z.enum(DECISIONS),
        reasons: z.array(z.string()),
        actor: z.string(),
        decided_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'Transfer' });

export function toTransfer(settlementId: string, body: z.infer<typeof evaluateBody>): Transfer {
  return {
    settlementId,
    payer: body.payer,
    payee: body.payee,
    assetSymbol: body.asset_symbol,
    amount: canonicalAmount(body.amount),
  };
}

export function toEvaluation(transfer: TransferDecision): z.infer<typeof evaluationBody> {
  return {
    settlement_id: transfer.settlementId,
    decision: transfer.decision,
    reasons: [...transfer.reasons],
    evaluated_at: transfer.evaluatedAt.toISOString(),
    version: transfer.version,
  };
}

/**
 * One of many: an id that stands for another transfer is rejected here and now. A 422 would stop the other
 * 499, again and again; and what is stored under the id speaks for that other transfer alone.
 */
export function toResult({ transfer, differs }: Evaluation): z.infer<typeof evaluationBody> {
  const stored = toEvaluation(transfer);
  if (differs === null) return stored;
  return { ...stored, decision: 'REJECTED', reasons: ['settlement-id-reused'] };
}

export function toBody(
  transfer: TransferDecision,
  history: readonly DecisionStep[],
): z.infer<typeof transferBody> {
  return {
    ...toEvaluation(transfer),
    payer: transfer.payer,
    payee: transfer.payee,
    asset_symbol: transfer.assetSymbol,
    amount: transfer.amount,
    history: history.map(({ version, decision, reasons, actor, decidedAt }) => ({
      version,
      decision,
      reasons: [...reasons],
      actor,
      decided_at: decidedAt.toISOString(),
    })),
  };
}
