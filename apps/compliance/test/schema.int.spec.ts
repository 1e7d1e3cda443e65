import { describe, expect, it } from '@jest/globals';
import { schemaDrift, testDatabase } from '@fusion-prime/testing';
import { compliance } from '../src/compliance.js';

describe('the entities of compliance', () => {
  it('agree with what its migrations made', async () => {
    const database = await testDatabase('compliance');
    expect(await schemaDrift(compliance, database)).toEqual([]);
  });

  it('disagree as soon as an index is gone', async () => {
    const database = await testDatabase('compliance');
    await database.query('DROP INDEX subjects_page');
    expect(await schemaDrift(compliance, database)).toHaveLength(1);
  });
});
