import { describe, expect, it } from '@jest/globals';
import { schemaDrift, testDatabase } from '@fusion-prime/testing';
import { riskEngine } from '../src/risk-engine.js';

describe('the entities of risk-engine', () => {
  it('agree with what its migrations made', async () => {
    const database = await testDatabase('risk-engine');
    expect(await schemaDrift(riskEngine, database)).toEqual([]);
  });

  it('disagree as soon as an index is gone', async () => {
    const database = await testDatabase('risk-engine');
    await database.query('DROP INDEX accounts_page');
    expect(await schemaDrift(riskEngine, database)).toHaveLength(1);
  });
});
