import { describe, expect, it } from '@jest/globals';
import { schemaDrift, testDatabase } from '@fusion-prime/testing';
import { priceOracle } from '../src/price-oracle.js';

describe('the entities of price-oracle', () => {
  it('agree with what its migrations made', async () => {
    const database = await testDatabase('price-oracle');
    expect(await schemaDrift(priceOracle, database)).toEqual([]);
  });

  it('disagree as soon as an index is gone', async () => {
    const database = await testDatabase('price-oracle');
    await database.query('DROP INDEX feeds_page');
    expect(await schemaDrift(priceOracle, database)).toHaveLength(1);
  });
});
