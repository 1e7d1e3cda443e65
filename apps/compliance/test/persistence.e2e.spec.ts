import { describe, expect, it } from '@jest/globals';
import { provePersistence } from '@fusion-prime/testing';

describe('what compliance has acknowledged', () => {
  it('is a row in PostgreSQL and is there after kill -9', async () => {
    const { rows, before, after } = await provePersistence('compliance', async (api) => {
      const { body } = await api('POST', '/subjects', {
        external_ref: 'kept',
        kind: 'PERSON',
        names: ['Grace Hopper'],
      });
      const id = String(body['subject_id']);
      await api('POST', `/subjects/${id}/checks`, { kind: 'KYC' });
      return {
        path: `/subjects/${id}/checks`,
        sql: 'SELECT state FROM check_runs WHERE subject_id = $1',
        values: [id],
      };
    });
    expect(rows).toHaveLength(1);
    expect(before.status).toBe(200);
    expect(after.status).toBe(200);
    expect(after.body).toEqual(before.body);
  });
});
