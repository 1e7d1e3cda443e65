import { Inject, Injectable } from '@nestjs/common';
import { Transactions, type Tx } from '@fusion-prime/database';
import { SecretKeys, SecretUnreadable } from './secret-keys.js';
import { SecretRepository, type SecretPlace, type StoredSecret } from './secret.repository.js';
import { WEBHOOK_LOG, type WebhookLog } from './webhook-log.js';

const BATCH = 200;

/**
 * Seals what is not sealed with the current key: clear text that a release before wrote, and what an older
 * key sealed. A migration cannot do it, because it has no key.
 */
@Injectable()
export class SealSecrets {
  constructor(
    private readonly transactions: Transactions,
    private readonly secrets: SecretRepository,
    private readonly keys: SecretKeys,
    @Inject(WEBHOOK_LOG) private readonly log: WebhookLog,
  ) {}

  /** One pass over everything, in small transactions. @returns how many were sealed */
  async execute(): Promise<number> {
    return (await this.sealAll('current')) + (await this.sealAll('old'));
  }

  private async sealAll(place: SecretPlace): Promise<number> {
    let sealed = 0;
    let after: string | null = null;
    for (;;) {
      const found: StoredSecret[] = await this.transactions.run((tx) =>
        this.sealSome(tx, place, after),
      );
      sealed += found.length;
      if (found.length < BATCH) return sealed;
      after = found.at(-1)?.id ?? null;
    }
  }

  /** @returns the rows that were looked at */
  private async sealSome(
    tx: Tx,
    place: SecretPlace,
    after: string | null,
  ): Promise<StoredSecret[]> {
    const prefix = this.keys.currentPrefix;
    const found = await this.secrets.lockUnsealed(tx, place, { prefix, after, limit: BATCH });
    const sealed = found.flatMap((stored) => this.sealAgain(stored));
    if (sealed.length > 0) await this.secrets.saveSealed(tx, place, sealed);
    return found;
  }

  /** None when its key is not here: it is left as it is, for the day when somebody brings the key. */
  private sealAgain(stored: StoredSecret): StoredSecret[] {
    const { subscriptionId, secret } = stored;
    try {
      const clear = this.keys.open(subscriptionId, secret);
      return [{ ...stored, secret: this.keys.seal(subscriptionId, clear) }];
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      this.log.error({ event: error.code, subscriptionId }, error.message);
      return [];
    }
  }
}
