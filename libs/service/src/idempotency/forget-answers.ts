import { DatabaseConnector, Transactions } from '@fusion-prime/database';
import { Loop } from '@fusion-prime/messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '../logging/logger.js';
import { LOGGER } from '../start/tokens.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';

// A row is a few hundred bytes; a batch is gone within milliseconds and holds no lock that anybody wants.
const BATCH = 500;
// Expired answers are not given any more; only their room waits for this.
const IDLE_MS = 60_000;

/** Removes answers that nobody can ask for any more, as long as the service runs. */
@Injectable()
export class ForgetAnswers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly transactions: Transactions,
    private readonly keys: IdempotencyKeyRepository,
    private readonly connector: DatabaseConnector,
    @Inject(LOGGER) log: Logger,
  ) {
    const turn = async (): Promise<boolean> => (await this.execute()) === BATCH;
    this.loop = new Loop({ name: 'idempotency-keys', idleMs: IDLE_MS, turn, log });
  }

  /** One batch. @returns how many it removed */
  execute(): Promise<number> {
    return this.transactions.run((tx) => this.keys.deleteExpired(tx, BATCH));
  }

  onApplicationBootstrap(): void {
    // Whoever runs the process is told when there is no database; here is nothing to remove then.
    void this.connector.start().then(
      () => this.loop.start(),
      () => undefined,
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
