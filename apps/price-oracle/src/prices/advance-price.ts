import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { LatestPriceRepository } from './latest-price.repository.js';
import type { LatestPrice } from './price.js';

/** Lets the latest price follow an observation, inside that observation's transaction. */
@Injectable()
export class AdvancePrice {
  constructor(private readonly latestPrices: LatestPriceRepository) {}

  /** False when a newer observation is there: an old price that arrives late changes nothing. */
  async execute(tx: Tx, price: Omit<LatestPrice, 'seq'>): Promise<boolean> {
    return this.latestPrices.advance(tx, price);
  }
}
