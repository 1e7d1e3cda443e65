import { Inject, Injectable } from '@nestjs/common';
import { Transactions, type Tx } from '@fusion-prime/database';
import { assert, Clock } from '@fusion-prime/kernel';
import { COMPLIANCE_CONFIG, type ComplianceConfig } from '../compliance.config.js';
import { ReadStandings } from '../subjects/read-standings.js';
import { differingField, judge, type Transfer, type TransferDecision } from './transfer.js';
import { TransferRepository } from './transfer.repository.js';

/** What is stored under an id, and how it came there. */
export interface Evaluation {
  transfer: TransferDecision;
  /** It was evaluated before: what is said now, and not anew. */
  replayed: boolean;
  /** The first field in which the stored transfer is another one; null when it is the same. */
  differs: string | null;
}

/** Says of many transfers at once whether they may go on, each once: three statements, however many. */
@Injectable()
export class EvaluateTransfers {
  constructor(
    private readonly transactions: Transactions,
    private readonly transfers: TransferRepository,
    private readonly readStandings: ReadStandings,
    @Inject(COMPLIANCE_CONFIG) private readonly config: ComplianceConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * @param asked each id once
   * @returns one for each, in their order
   */
  async execute(asked: readonly Transfer[], actor: string): Promise<Evaluation[]> {
    return this.transactions.run(async (tx) => {
      const judged = await this.judgeAll(tx, asked);
      const fresh = await this.transfers.insertNew(tx, judged, actor);
      const known = asked
        .map(({ settlementId }) => settlementId)
        .filter((settlementId) => !fresh.has(settlementId));
      const stored = new Map(
        (known.length === 0 ? [] : await this.transfers.listByIds(tx, known)).map((transfer) => [
          transfer.settlementId,
          transfer,
        ]),
      );
      return judged.map((transfer) => {
        if (fresh.has(transfer.settlementId)) return { transfer, replayed: false, differs: null };
        const before = stored.get(transfer.settlementId);
        assert(before !== undefined, 'an id that was taken has a row');
        return { transfer: before, replayed: true, differs: differingField(before, transfer) };
      });
    });
  }

  private async judgeAll(tx: Tx, asked: readonly Transfer[]): Promise<TransferDecision[]> {
    const evaluatedAt = this.clock.now();
    const parties = asked.flatMap(({ payer, payee }) => [payer, payee]);
    const standings = await this.readStandings.execute(tx, parties, evaluatedAt);
    return asked.map((transfer) => ({
      ...transfer,
      ...judge(transfer, standings, this.config.unknownParty),
      evaluatedAt,
      version: 1,
    }));
  }
}
