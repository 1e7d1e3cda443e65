import { Transactions } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import { Background } from '../start/background.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';

// A row is a few hundred bytes; a batch is gone within milliseconds and holds no lock that anybody wants.
const BATCH = 500;
// Expired answers are not given any more; only their room waits for this.
const IDLE_MS = 60_000;

/** Removes answers that nobody can ask for any more, as long as the service runs. */
@Injectable()
export class ForgetAnswers {
  constructor(
    private readonly transactions: Transactions,
    private readonly keys: IdempotencyKeyRepository,
    background: Background,
  ) {
    const turn = async (): Promise<boolean> => (await this.execute()) === BATCH;
    background.loop({ name: 'idempotency-keys', idleMs: IDLE_MS, turn });
  }

  /** One batch. @returns how many it removed */
  execute(): Promise<number> {
    return this.transactions.run((tx) => this.keys.deleteExpired(tx, BATCH));
  }
}
