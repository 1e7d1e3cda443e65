import { describe, expect, it } from '@jest/globals';
import { provePersistence } from '@fusion-prime/testing';

describe('what settlement has acknowledged', () => {
  it('is a row in PostgreSQL and is there after kill -9', async () => {
    const { rows, before, after } = await provePersistence('settlement', async (api) => {
      await api('POST', '/commands/ingest', {
        command_id: 'kept',
        workflow_id: 'wf-1',
        account_ref: 'acct-1',
        amount: '0.000000000000000001',
      });
      return {
        path: '/commands/kept',
        sql: 'SELECT amount_numeric FROM settlement_commands WHERE command_id = $1',
        values: ['kept'],
      };
    });
    expect(rows).toHaveLength(1);
    expect(before.status).toBe(200);
    expect(after.status).toBe(200);
    expect(after.body).toEqual(before.body);
  });
});
