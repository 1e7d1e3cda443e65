import { Module } from '@nestjs/common';
import { AdvancePrice } from './advance-price.js';
import { GetPrices } from './get-prices.js';
import { LatestPriceRepository } from './latest-price.repository.js';
import { PricesController } from './prices.controller.js';

@Module({
  controllers: [PricesController],
  providers: [AdvancePrice, GetPrices, LatestPriceRepository],
  exports: [AdvancePrice],
})
export class PricesModule {}
