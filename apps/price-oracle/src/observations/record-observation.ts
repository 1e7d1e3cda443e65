import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { LockFeed } from '../feeds/lock-feed.js';
import { AdvancePrice } from '../prices/advance-price.js';
import { DemandSource } from '../sources/demand-source.js';
import { demandPast, ObservationContradicted, type Observation } from './observation.js';
import { ObservationRepository } from './observation.repository.js';

export interface Recorded {
  /** False when the very same observation was recorded before. */
  isNew: boolean;
  /** Whether it became the latest price of its feed. */
  isLatest: boolean;
}

@Injectable()
export class RecordObservation {
  constructor(
    private readonly transactions: Transactions,
    private readonly observations: ObservationRepository,
    private readonly feed: LockFeed,
    private readonly source: DemandSource,
    private readonly price: AdvancePrice,
  ) {}

  /**
   * The observation and the latest price change together.
   *
   * @throws {FeedNotFound} {FeedDisabled} {SourceUnknown} {SourceDisabled} {ObservationFromFuture}
   *   {ObservationContradicted}
   */
  async execute(observation: Observation, now: Date): Promise<Recorded> {
    demandPast(observation.observedAt, now);
    return this.transactions.run(async (tx) => {
      await this.feed.execute(tx, observation.feedId);
      await this.source.execute(tx, observation.sourceId);
      if (await this.observations.insert(tx, observation)) {
        return { isNew: true, isLatest: await this.price.execute(tx, observation) };
      }
      if (await this.observations.agrees(tx, observation)) return { isNew: false, isLatest: false };
      throw new ObservationContradicted(observation);
    });
  }
}
