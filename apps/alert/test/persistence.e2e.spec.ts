import { describe, expect, it } from '@jest/globals';
import { provePersistence } from '@fusion-prime/testing';

describe('what alert has acknowledged', () => {
  it('is a row in PostgreSQL and is there after kill -9', async () => {
    const { rows, before, after } = await provePersistence('alert', async (api) => {
      const { body } = await api('POST', '/alerts', {
        alerts: [{ severity: 'critical', labels: { alertname: 'Kept' } }],
      });
      const [result] = body['results'] as { alert: { alert_id: string } }[];
      const id = String(result?.alert.alert_id);
      await api('POST', `/alerts/${id}/ack`, {});
      return {
        path: `/alerts/${id}/timeline`,
        sql: 'SELECT actor FROM acknowledgements WHERE alert_id = $1',
        values: [id],
      };
    });
    expect(rows).toHaveLength(1);
    expect(before.status).toBe(200);
    expect(after.status).toBe(200);
    expect(after.body).toEqual(before.body);
  });
});
