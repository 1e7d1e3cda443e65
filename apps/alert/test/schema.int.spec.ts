import { describe, expect, it } from '@jest/globals';
import { schemaDrift, testDatabase } from '@fusion-prime/testing';
import { alert } from '../src/alert.js';

describe('the entities of alert', () => {
  it('agree with what its migrations made', async () => {
    const database = await testDatabase('alert');
    expect(await schemaDrift(alert, database)).toEqual([]);
  });

  it('disagree as soon as an index is gone', async () => {
    const database = await testDatabase('alert');
    await database.query('DROP INDEX alerts_page');
    expect(await schemaDrift(alert, database)).toHaveLength(1);
  });
});
