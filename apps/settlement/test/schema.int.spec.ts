import { describe, expect, it } from '@jest/globals';
import { schemaDrift, testDatabase } from '@fusion-prime/testing';
import { settlement } from '../src/settlement.js';

describe('the entities of settlement', () => {
  it('agree with what its migrations made', async () => {
    const database = await testDatabase('settlement');
    expect(await schemaDrift(settlement, database)).toEqual([]);
  });

  it('disagree as soon as an index is gone', async () => {
    const database = await testDatabase('settlement');
    await database.query('DROP INDEX settlement_commands_page');
    expect(await schemaDrift(settlement, database)).toHaveLength(1);
  });
});
