import { describe, expect, it } from '@jest/globals';
import { provePersistence } from '@fusion-prime/testing';

describe('what risk-engine has acknowledged', () => {
  it('is a row in PostgreSQL and is there after kill -9', async () => {
    const { rows, before, after } = await provePersistence('risk-engine', async (api) => {
      await api('PUT', '/assets/ETH/params', {
        decimals: 18,
        ltv_bps: 8000,
        liq_threshold_bps: 8250,
        liq_bonus_bps: 10500,
        max_price_age_s: 3600,
      });
      const { body } = await api('POST', '/accounts', { external_ref: 'kept' });
      const id = String(body['account_id']);
      const positions = [{ asset_id: 'ETH', side: 'collateral', amount: '1' }];
      await api('PUT', `/accounts/${id}/positions`, { positions }, { 'if-match': '"1"' });
      return {
        path: `/accounts/${id}/positions`,
        sql: 'SELECT amount FROM positions WHERE account_id = $1',
        values: [id],
      };
    });
    expect(rows).toHaveLength(1);
    expect(before.status).toBe(200);
    expect(after.status).toBe(200);
    expect(after.body).toEqual(before.body);
  });
});
