import { describe, expect, it } from '@jest/globals';
import { found } from './lint-fixture.js';
import { HAZARDS } from './lint-rows-hazards.js';
import { SAFE } from './lint-rows-safe.js';

describe('lint finds', () => {
  // A row without options must not make its place the one of Jest's callback.
  it.each(HAZARDS)('%s in: %s', async (...[expected, sql, run]) => {
    const all = await found(sql, run);
    expect(all).toEqual(expect.arrayContaining(expected.split(', ')));
    // Nothing worse than what the row names.
    const errors = all.filter((one) => one.startsWith('error'));
    expect(errors.filter((one) => !expected.split(', ').includes(one))).toEqual([]);
  });
});

describe('lint is silent on', () => {
  it.each(SAFE)('%s', async (...[sql, run]) => {
    expect((await found(sql, run)).filter((one) => !one.startsWith('info'))).toEqual([]);
  });
});
