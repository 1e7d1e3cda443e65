import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Refusal } from '@fusion-prime/kernel';
import { OwnMetrics, ServiceToken } from '@fusion-prime/service';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  retry,
  ExponentialBackoff,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { SETTLEMENT_CONFIG, type SettlementConfig } from '../settlement.config.js';

/** A transfer that compliance is to judge. Its id is for ever, so asking again changes nothing. */
export interface TransferToJudge {
  settlementId: string;
  payer: string;
  payee: string;
  assetSymbol: string;
  /** Canonical decimal. */
  amount: string;
}

export type ComplianceDecision = z.infer<typeof decision>;

export class ComplianceUnavailable extends Refusal {
  readonly kind = 'unavailable';
  readonly code = 'compliance-unavailable';
  override readonly retryAfterSeconds = 1;

  constructor(cause: unknown) {
    super('compliance does not answer at present; nothing is approved without it');
    this.cause = cause;
  }
}

/**
 * Compliance is there and cannot read the request. Asked again it would say the same, and of several transfers
 * one may be in the way of the others.
 */
export class ComplianceMisunderstands extends Refusal {
  readonly kind = 'unavailable';
  readonly code = 'compliance-misunderstands';

  constructor(status: number) {
    super(`compliance cannot read what it is asked (it answered ${String(status)})`);
  }
}

const decision = z.enum(['APPROVED', 'REJECTED', 'HELD', 'PENDING']);
const answer = z.object({
  results: z.array(z.object({ settlement_id: z.string(), decision })),
});

// A request to settlement has 8 s: two tries and their pause fit into it.
const TIMEOUT_MS = 3_000;
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 2_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const NOT_READ = new Set([400, 413, 415, 422]);
// What compliance cannot read says nothing about whether it is there.
const absence = handleWhen((error) => !(error instanceof ComplianceMisunderstands));

/** Asks compliance, with an end to every wait: a compliance that hangs costs settlement nothing but time. */
@Injectable()
export class ComplianceClient implements OnApplicationShutdown {
  private readonly agent = new Agent({ connections: 8, maxResponseSize: MAX_ANSWER_BYTES });
  private readonly circuit = circuitBreaker(absence, {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  private readonly policy = wrap(
    retry(absence, { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: 100 }) }),
    this.circuit,
    timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive),
  );

  constructor(
    private readonly token: ServiceToken,
    @Inject(SETTLEMENT_CONFIG) private readonly config: SettlementConfig,
    metrics: OwnMetrics,
  ) {
    metrics.add({
      kind: 'gauge',
      name: 'compliance_available',
      help: '0 while compliance does not answer and is not asked',
      read: () => [{ value: this.circuit.state === CircuitState.Closed ? 1 : 0 }],
    });
  }

  /**
   * Judges up to 500 transfers with one request.
   *
   * @returns a decision for each of them
   * @throws {ComplianceUnavailable} after two tries, or at once while the circuit is open
   * @throws {ComplianceMisunderstands} at once
   */
  async evaluate(transfers: readonly TransferToJudge[]): Promise<Map<string, ComplianceDecision>> {
    if (transfers.length === 0) return new Map();
    const body = JSON.stringify({ transfers: transfers.map(toBody) });
    try {
      return await this.policy.execute(async ({ signal }) => this.ask(body, signal));
    } catch (error) {
      if (error instanceof ComplianceMisunderstands) throw error;
      throw new ComplianceUnavailable(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async ask(body: string, signal: AbortSignal): Promise<Map<string, ComplianceDecision>> {
    const response = await request(`${this.config.complianceUrl}/transfers/evaluate`, {
      dispatcher: this.agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.token.current()}`,
        'content-type': 'application/json',
      },
      body,
      signal,
    });
    const text = await response.body.text();
    if (NOT_READ.has(response.statusCode)) throw new ComplianceMisunderstands(response.statusCode);
    if (response.statusCode !== 200) {
      throw new Error(`compliance answered ${String(response.statusCode)}: ${text.slice(0, 500)}`);
    }
    const { results } = answer.parse(JSON.parse(text));
    return new Map(results.map(({ settlement_id, decision: said }) => [settlement_id, said]));
  }
}

function toBody(transfer: TransferToJudge): Record<string, string> {
  return {
    settlement_id: transfer.settlementId,
    payer: transfer.payer,
    payee: transfer.payee,
    asset_symbol: transfer.assetSymbol,
    amount: transfer.amount,
  };
}
