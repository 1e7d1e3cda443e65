import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OwnMetrics } from '@fusion-prime/service';
import { ComplianceClient, ComplianceUnavailable } from '../src/compliance/compliance-client.js';
import { playedCompliance, type PlayedCompliance } from './played-compliance.js';

let compliance: PlayedCompliance;
let client: ComplianceClient;
let metrics: OwnMetrics;
const available = async (): Promise<unknown> => metrics.all()[0]?.read();
beforeEach(async () => {
  compliance = await playedCompliance();
  metrics = new OwnMetrics();
  const token = { current: () => 'token' };
  client = new ComplianceClient(
    token as never,
    { complianceUrl: compliance.url } as never,
    metrics,
  );
});
afterEach(async () => {
  await client.onApplicationShutdown();
  compliance.close();
});

const misunderstood = { code: 'compliance-misunderstands' };
const transfer = { payer: 'a', payee: 'b', assetSymbol: 'USDC', amount: '1' };
const ask = (settlementId = 't-1'): Promise<Map<string, string>> =>
  client.evaluate([{ settlementId, ...transfer }]);

describe('asking compliance', () => {
  it('gives a decision for each transfer', async () => {
    compliance.say = 'HELD';
    expect([...(await ask())]).toEqual([['t-1', 'HELD']]);
  });

  it.each([401, 404, 500, 503])('fails after two tries that are answered %i', async (status) => {
    compliance.say = status;
    await expect(ask()).rejects.toBeInstanceOf(ComplianceUnavailable);
    expect(compliance.asked).toBe(2);
  });

  it('does not go on asking a compliance that keeps failing', async () => {
    compliance.say = 503;
    expect(await available()).toEqual([{ value: 1 }]);
    for (let i = 0; i < 5; i += 1) await expect(ask()).rejects.toThrow(ComplianceUnavailable);
    expect(compliance.asked).toBe(5);
    expect(await available()).toEqual([{ value: 0 }]);
  });

  it.each([400, 413, 415, 422])(
    'takes %i for a fault of the request: once, and the next one is asked',
    async (status) => {
      compliance.say = status;
      for (let i = 0; i < 6; i += 1) await expect(ask()).rejects.toMatchObject(misunderstood);
      expect(compliance.asked).toBe(6);
      compliance.say = 'APPROVED';
      expect((await ask()).get('t-1')).toBe('APPROVED');
    },
  );
});
