import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { newSecret } from './secret.js';
import { SecretKeys } from './secret-keys.js';
import { SecretRepository } from './secret.repository.js';
import { changed, MOST_OLD_SECRETS, RotatedTooOften, ROTATION_OVERLAP_MS } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

export interface Rotation {
  subscriptionId: string;
  /** Shown this once. */
  secret: string;
  /** Until then the secret of before signs too. */
  previousExpiresAt: Date;
}

@Injectable()
export class RotateSecret {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly secrets: SecretRepository,
    private readonly keys: SecretKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws {SubscriptionNotFound | RotatedTooOften} */
  async execute(subscriptionId: string, wanted?: string): Promise<Rotation> {
    const secret = wanted ?? newSecret();
    const sealedSecret = this.keys.seal(subscriptionId, secret);
    const now = this.clock.now();
    const previousExpiresAt = new Date(now.getTime() + ROTATION_OVERLAP_MS);
    await this.transactions.run(async (tx) => {
      const current = await this.subscriptions.lockById(tx, subscriptionId);
      if ((await this.secrets.countOld(tx, subscriptionId)) >= MOST_OLD_SECRETS) {
        throw new RotatedTooOften(subscriptionId);
      }
      await this.secrets.replace(tx, { subscriptionId, sealedSecret }, previousExpiresAt);
      await this.subscriptions.save(tx, changed(current, {}, now));
    });
    return { subscriptionId, secret, previousExpiresAt };
  }
}
