import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceUnderTest } from '@fusion-prime/testing';
import { riskEngine } from '../src/risk-engine.js';

const terms = {
  decimals: 18,
  ltv_bps: 8000,
  liq_threshold_bps: 8250,
  liq_bonus_bps: 10500,
  max_price_age_s: 3600,
};

const service = serviceUnderTest(riskEngine);

beforeAll(async () => {
  await service.api('PUT', '/assets/ETH/params', terms);
  await service.api('PUT', '/assets/USDC/params', { ...terms, decimals: 6 });
});

let count = 0;
async function anAccount(): Promise<string> {
  count += 1;
  const { status, body } = await service.api('POST', '/accounts', {
    external_ref: `acct-${count}`,
  });
  expect(status).toBe(201);
  return String(body['account_id']);
}

const held = {
  positions: [
    // One more than fits a JavaScript number.
    { asset_id: 'ETH', side: 'collateral', amount: '9007199254740993000000000000000000001' },
    { asset_id: 'USDC', side: 'debt', amount: '1500000000' },
  ],
};

describe('an account', () => {
  it('is opened once for each external_ref', async () => {
    expect((await service.api('POST', '/accounts', { external_ref: 'twice' })).status).toBe(201);
    const again = await service.api('POST', '/accounts', { external_ref: 'twice' });
    expect(again).toMatchObject({ status: 409, body: { code: 'account-exists' } });
  });

  it('reads back as it was opened', async () => {
    const { body } = await service.api('GET', `/accounts/${await anAccount()}`);
    expect(body).toMatchObject({ base_currency: 'USD', status: 'ACTIVE', version: 1 });
  });

  it('is 404 when nobody opened it', async () => {
    const path = '/accounts/00000000-0000-7000-8000-000000000000';
    const expected = { status: 404, body: { code: 'account-not-found' } };
    expect(await service.api('GET', path)).toMatchObject(expected);
    expect(await service.api('GET', `${path}/positions`)).toMatchObject(expected);
    const put = await service.api('PUT', `${path}/positions`, held, { 'if-match': '"1"' });
    expect(put).toMatchObject(expected);
  });
});

describe('the parameters of an asset', () => {
  it('get a new version with every change, and the old ones stay', async () => {
    await service.api('PUT', '/assets/WBTC/params', terms);
    await service.api('PUT', '/assets/WBTC/params', { ...terms, ltv_bps: 7000 });
    const { body } = await service.api('GET', '/assets/WBTC/params');
    expect(body).toMatchObject({ version: 2, ltv_bps: 7000 });
    const rows = await service.database.query(
      `SELECT version, ltv_bps FROM asset_params WHERE asset_id = 'WBTC' ORDER BY version`,
    );
    expect(rows).toEqual([
      { version: 1, ltv_bps: 8000 },
      { version: 2, ltv_bps: 7000 },
    ]);
    await expect(service.database.query('DELETE FROM asset_params')).rejects.toThrow('append-only');
  });

  it('follow each other without a gap when ten writers come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => service.api('PUT', '/assets/CROWD/params', terms)),
    );
    const versions = answers.map(({ body }) => Number(body['version'])).sort((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('are 404 for an asset that nobody described', async () => {
    expect(await service.api('GET', '/assets/NONE/params')).toMatchObject({
      status: 404,
      body: { code: 'asset-not-found' },
    });
  });

  it.each([
    ['a loan-to-value above the liquidation threshold', { ltv_bps: 8300 }, 'ltv-above-threshold'],
    ['a share above the whole', { liq_threshold_bps: 10001 }, 'validation-failed'],
    ['a bonus below par', { liq_bonus_bps: 9999 }, 'validation-failed'],
    ['a cap as a number', { supply_cap: 5 }, 'amount-not-string'],
  ])('are refused with %s', async (_what, overrides, code) => {
    const answer = await service.api('PUT', '/assets/BAD/params', { ...terms, ...overrides });
    expect(answer).toMatchObject({ status: 422, body: { code } });
  });
});

describe('the positions of an account', () => {
  it('are kept to the last unit and read back', async () => {
    const path = `/accounts/${await anAccount()}/positions`;
    const put = await service.api('PUT', path, held, { 'if-match': '"1"' });
    expect(put).toMatchObject({ status: 200, body: { version: 2, ...held } });
    expect(put.headers.get('etag')).toBe('"2"');
    expect((await service.api('GET', path)).body).toMatchObject({ version: 2, ...held });
  });

  it('are replaced whole', async () => {
    const path = `/accounts/${await anAccount()}/positions`;
    await service.api('PUT', path, held, { 'if-match': '"1"' });
    await service.api('PUT', path, { positions: [] }, { 'if-match': '"2"' });
    expect((await service.api('GET', path)).body).toMatchObject({ version: 3, positions: [] });
  });

  it('are not overwritten by who has not seen them', async () => {
    const path = `/accounts/${await anAccount()}/positions`;
    await service.api('PUT', path, held, { 'if-match': '"1"' });
    const late = await service.api('PUT', path, { positions: [] }, { 'if-match': '"1"' });
    expect(late).toMatchObject({ status: 412, body: { code: 'account-changed' } });
    expect((await service.api('GET', path)).body).toMatchObject({ version: 2, ...held });
  });

  it.each([
    ['no If-Match', {}, 428, 'if-match-missing'],
    ['a weak ETag', { 'if-match': 'W/"1"' }, 400, 'if-match-malformed'],
    ['a star', { 'if-match': '*' }, 400, 'if-match-malformed'],
  ])('are not changed with %s', async (_what, headers, status, code) => {
    const path = `/accounts/${await anAccount()}/positions`;
    const answer = await service.api('PUT', path, held, headers);
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['an asset that nobody described', { asset_id: 'NONE' }, 'asset-unknown'],
    ['a negative amount', { amount: '-1' }, 'amount-malformed'],
    ['an amount of nothing', { amount: '0' }, 'amount-malformed'],
    ['a number as amount', { amount: 1 }, 'amount-not-string'],
  ])('are refused with %s, and nothing is changed', async (_what, overrides, code) => {
    const path = `/accounts/${await anAccount()}/positions`;
    const positions = [{ ...held.positions[0], ...overrides }];
    const answer = await service.api('PUT', path, { positions }, { 'if-match': '"1"' });
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect((await service.api('GET', path)).body).toMatchObject({ version: 1, positions: [] });
  });

  it('are refused when one asset and side is named twice', async () => {
    const path = `/accounts/${await anAccount()}/positions`;
    const positions = [held.positions[0], held.positions[0]];
    const answer = await service.api('PUT', path, { positions }, { 'if-match': '"1"' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'position-twice' } });
  });
});
