import { Transactions, type Tx } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';
import { isFinal, type FreshAnswer, type KeptAnswer } from './kept-answer.js';
import { demandSame, stillRunning, type KeyedRequest } from './keyed-request.js';

// What Stripe and its followers promise; long enough for a client that is repaired by hand overnight.
const KEPT_FOR_MS = 24 * 60 * 60 * 1_000;

export interface KeyedWork {
  /** Calls the route's code. What it throws was refused. */
  perform: () => Promise<FreshAnswer>;
  /** The answer that a refusal makes. */
  refuse: (error: unknown) => KeptAnswer;
}

/**
 * One transaction holds the key, the effect and the answer, so that none of them is ever without the others:
 *
 *   lock the key ──taken──► 409          ┌ it returns ─────────────────────┐
 *        │                               │                                 ▼
 *   look it up ──none──► SAVEPOINT ─► the route's code        keep the answer ─► COMMIT ─► send
 *        │                               │                                 ▲
 *        └─found──► the kept answer      └ a final refusal: ROLLBACK TO ───┘
 *
 * What may turn out otherwise next time (503, a lost connection) keeps nothing: all is rolled back.
 */
@Injectable()
export class AnswerOnce {
  constructor(
    private readonly transactions: Transactions,
    private readonly keys: IdempotencyKeyRepository,
  ) {}

  /** @throws {Problem} `idempotency-key-in-progress`, `idempotency-key-reused`; whatever is not final. */
  async execute(
    request: KeyedRequest,
    work: KeyedWork,
  ): Promise<{ answer: KeptAnswer; replayed: boolean }> {
    return this.transactions.run(async (tx) => {
      if (!(await this.keys.tryLock(tx, request))) throw stillRunning();
      const earlier = await this.keys.find(tx, request);
      if (earlier !== null) {
        demandSame(earlier.request, request);
        return { answer: earlier.answer, replayed: true };
      }
      const { sent, kept } = await this.answerOf(tx, work);
      if (isFinal(kept.status)) {
        await this.keys.insert(tx, request, { answer: kept, keptForMs: KEPT_FOR_MS });
      }
      return { answer: sent, replayed: false };
    });
  }

  private async answerOf(tx: Tx, { perform, refuse }: KeyedWork): Promise<FreshAnswer> {
    try {
      return await tx.transaction((effect) => this.transactions.within(effect, perform));
    } catch (error) {
      const refusal = refuse(error);
      // Thrown as it came: a serialization failure repeats the whole, key and all.
      if (!isFinal(refusal.status)) throw error;
      return { sent: refusal, kept: refusal };
    }
  }
}
