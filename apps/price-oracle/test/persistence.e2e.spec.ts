import { describe, expect, it } from '@jest/globals';
import { provePersistence } from '@fusion-prime/testing';

describe('what price-oracle has acknowledged', () => {
  it('is a row in PostgreSQL and is there after kill -9', async () => {
    const { rows, before, after } = await provePersistence('price-oracle', async (api) => {
      const source = await api('POST', '/sources', { name: 'desk', kind: 'MANUAL' });
      const feed = await api('POST', '/feeds', { base: 'ETH', quote: 'USD', max_age_s: 86400 });
      const id = String(feed.body['feed_id']);
      await api('POST', `/feeds/${id}/observations`, {
        source_id: source.body['source_id'],
        price: '1834.27',
        observed_at: new Date().toISOString(),
      });
      return {
        path: `/feeds/${id}`,
        sql: 'SELECT price FROM latest_prices WHERE feed_id = $1',
        values: [id],
      };
    });
    expect(rows).toHaveLength(1);
    expect(before.status).toBe(200);
    expect(after.status).toBe(200);
    expect(after.body).toEqual(before.body);
  });
});
