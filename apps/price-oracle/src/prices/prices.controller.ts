import { Controller, Get } from '@nestjs/common';
import { assert, Clock } from '@fusion-prime/kernel';
import { PathParam, Produces, QueryParams, Scopes, Summary } from '@fusion-prime/service';
import type { z } from 'zod';
import { GetPrices } from './get-prices.js';
import { pairField, priceBody, priceListBody, pricesQuery, toBody } from './prices.dto.js';

@Controller('prices')
export class PricesController {
  constructor(
    private readonly getPrices: GetPrices,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Summary('Read the latest prices of several feeds')
  @Scopes('price-oracle:read')
  @Produces({ status: 200, description: 'One entry for each feed', schema: priceListBody })
  async list(
    @QueryParams(pricesQuery) { feeds }: z.infer<typeof pricesQuery>,
  ): Promise<z.infer<typeof priceListBody>> {
    const found = await this.getPrices.execute(feeds);
    return { data: found.map((priced) => toBody(priced, this.clock.now())) };
  }

  @Get(':feed')
  @Summary('Read the latest price of one feed')
  @Scopes('price-oracle:read')
  @Produces({ status: 200, description: 'The latest price', schema: priceBody })
  async get(
    @PathParam('feed', pairField) pair: z.infer<typeof pairField>,
  ): Promise<z.infer<typeof priceBody>> {
    const [priced] = await this.getPrices.execute([pair]);
    assert(priced !== undefined, 'a known pair has one entry');
    return toBody(priced, this.clock.now());
  }
}
