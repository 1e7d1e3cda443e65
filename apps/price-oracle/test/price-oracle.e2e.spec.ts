import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceUnderTest } from '@fusion-prime/testing';
import { priceOracle } from '../src/price-oracle.js';

let sourceId: string;

const service = serviceUnderTest(priceOracle);

beforeAll(async () => {
  const source = await service.api('POST', '/sources', { name: 'desk', kind: 'MANUAL' });
  expect(source.status).toBe(201);
  sourceId = String(source.body['source_id']);
});

let count = 0;
async function aFeed(overrides: object = {}): Promise<{ id: string; pair: string }> {
  count += 1;
  const wish = { base: `T${count}`, quote: 'USD', max_age_s: 3600, ...overrides };
  const { status, body } = await service.api('POST', '/feeds', wish);
  expect(status).toBe(201);
  return { id: String(body['feed_id']), pair: `T${count}-USD` };
}

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

async function observe(feedId: string, price: unknown, observedAt = secondsAgo(1)) {
  return service.api('POST', `/feeds/${feedId}/observations`, {
    source_id: sourceId,
    price,
    observed_at: observedAt,
  });
}

describe('a price', () => {
  it('is the newest observation, to the last digit', async () => {
    const { id, pair } = await aFeed({ output_scale: 24 });
    await observe(id, '1834.000000000000000000000001');
    const { status, body } = await service.api('GET', `/prices/${pair}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      feed: pair,
      price: '1834.000000000000000000000001',
      status: 'FRESH',
      seq: '1',
    });
  });

  it('is not moved back by an observation that arrives late', async () => {
    const { id, pair } = await aFeed();
    expect((await observe(id, '20', secondsAgo(10))).body).toMatchObject({ is_latest: true });
    expect((await observe(id, '10', secondsAgo(60))).body).toMatchObject({ is_latest: false });
    expect((await service.api('GET', `/prices/${pair}`)).body).toMatchObject({
      price: '20',
      seq: '1',
    });
  });

  it('grows stale by the clock of its source', async () => {
    const { id, pair } = await aFeed({ max_age_s: 30 });
    await observe(id, '20', secondsAgo(31));
    const { body } = await service.api('GET', `/prices/${pair}`);
    expect(body).toMatchObject({ price: '20', status: 'STALE' });
    expect(body['age_s']).toBeGreaterThanOrEqual(31);
  });

  it('that nobody observed is no price', async () => {
    const { pair } = await aFeed();
    // 200: the service is well, and who asked did nothing wrong; the status says what there is.
    expect(await service.api('GET', `/prices/${pair}`)).toMatchObject({
      status: 200,
      body: { feed: pair, price: null, status: 'UNAVAILABLE', age_s: null, seq: null },
    });
    const { body } = await service.api('GET', `/prices?feeds=${pair}`);
    expect(body['data']).toMatchObject([{ price: null, status: 'UNAVAILABLE' }]);
  });

  it('is rounded to the scale of its feed', async () => {
    const { id, pair } = await aFeed({ output_scale: 2 });
    await observe(id, '1.2345');
    expect((await service.api('GET', `/prices/${pair}`)).body).toMatchObject({ price: '1.23' });
  });

  it('is given for several feeds in the order they were asked for', async () => {
    const [one, two] = [await aFeed(), await aFeed()];
    await observe(one.id, '1');
    await observe(two.id, '2');
    const { body } = await service.api('GET', `/prices?feeds=${two.pair},${one.pair}`);
    expect(body['data']).toMatchObject([{ price: '2' }, { price: '1' }]);
  });

  it.each([
    ['a feed that nobody made', '/prices/NO-USD', 404, 'feed-not-found'],
    ['what is no pair', '/prices/ETHUSD', 422, 'pair-malformed'],
  ])('is refused for %s', async (_what, path, status, code) => {
    const answer = await service.api('GET', path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(code);
  });
});

describe('an observation', () => {
  it('recorded twice is a replay', async () => {
    const { id } = await aFeed();
    const at = secondsAgo(5);
    expect((await observe(id, '1.5', at)).status).toBe(201);
    const again = await observe(id, '1.50', at);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const rows = await service.database.query('SELECT FROM observations WHERE feed_id = $1', [id]);
    expect(rows).toHaveLength(1);
  });

  it('does not contradict what its source said of the same instant', async () => {
    const { id } = await aFeed();
    const at = secondsAgo(5);
    await observe(id, '1.5', at);
    expect(await observe(id, '1.6', at)).toMatchObject({
      status: 409,
      body: { code: 'observation-contradicted' },
    });
  });

  it('of many that come at once leaves the newest as the price', async () => {
    const { id, pair } = await aFeed();
    const ages = Array.from({ length: 20 }, (_, i) => i + 1);
    const base = Date.now();
    await Promise.all(
      ages.map((age) => observe(id, String(age), new Date(base - age * 1000).toISOString())),
    );
    expect((await service.api('GET', `/prices/${pair}`)).body).toMatchObject({ price: '1' });
  });

  it.each([
    ['a number', 1.5, 'amount-not-string'],
    ['nothing', '0', 'price-not-positive'],
    ['a negative price', '-1', 'price-malformed'],
    ['25 digits after the point', '0.0000000000000000000000001', 'price-malformed'],
    ['NaN', 'NaN', 'price-malformed'],
  ])('is refused with %s as its price', async (_what, price, code) => {
    const { id } = await aFeed();
    expect(await observe(id, price)).toMatchObject({ status: 422, body: { code } });
  });

  it('from the future is refused', async () => {
    const { id } = await aFeed();
    expect(await observe(id, '1', secondsAgo(-60))).toMatchObject({
      status: 422,
      body: { code: 'observation-from-future' },
    });
  });

  it('is refused by a feed that is disabled, and by one that nobody made', async () => {
    const { id } = await aFeed({ enabled: false });
    expect(await observe(id, '1')).toMatchObject({ status: 409, body: { code: 'feed-disabled' } });
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await observe(nobody, '1')).toMatchObject({
      status: 404,
      body: { code: 'feed-not-found' },
    });
  });

  it('is refused from a source that is disabled, and from one that nobody made', async () => {
    const { id } = await aFeed();
    const send = (source: unknown) =>
      service.api('POST', `/feeds/${id}/observations`, {
        source_id: source,
        price: '1',
        observed_at: secondsAgo(1),
      });
    const off = await service.api('POST', '/sources', {
      name: 'off',
      kind: 'MANUAL',
      enabled: false,
    });
    expect(await send(off.body['source_id'])).toMatchObject({
      status: 409,
      body: { code: 'source-disabled' },
    });
    expect(await send('00000000-0000-7000-8000-000000000000')).toMatchObject({
      status: 422,
      body: { code: 'source-unknown' },
    });
  });
});

describe('feeds and sources', () => {
  it('are made once', async () => {
    const feed = { base: 'ETH', quote: 'USD', max_age_s: 60 };
    expect((await service.api('POST', '/feeds', feed)).status).toBe(201);
    expect(await service.api('POST', '/feeds', feed)).toMatchObject({
      status: 409,
      body: { code: 'feed-exists' },
    });
    expect(await service.api('POST', '/sources', { name: 'desk', kind: 'MANUAL' })).toMatchObject({
      status: 409,
      body: { code: 'source-exists' },
    });
  });

  it('are read back', async () => {
    const { id } = await aFeed();
    expect((await service.api('GET', `/feeds/${id}`)).body).toMatchObject({
      max_age_s: 3600,
      enabled: true,
    });
    expect((await service.api('GET', `/sources/${sourceId}`)).body).toMatchObject({
      name: 'desk',
      upstream_group: 'desk',
    });
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect((await service.api('GET', `/sources/${nobody}`)).body).toMatchObject({
      code: 'source-not-found',
    });
  });

  it('refuse a pair of one asset', async () => {
    const answer = await service.api('POST', '/feeds', {
      base: 'ETH',
      quote: 'ETH',
      max_age_s: 60,
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'pair-of-one' } });
  });
});
