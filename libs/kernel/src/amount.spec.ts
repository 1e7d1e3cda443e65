import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AmountMalformed,
  canonicalAmount,
  formatAmount,
  formatBalance,
  parseAmount,
  parseBalance,
} from './amount.js';

describe('an amount', () => {
  it.each([
    ['0', '0'],
    ['1', '1'],
    ['1.0', '1'],
    ['1.50', '1.5'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['99999999999999999999.999999999999999999', '99999999999999999999.999999999999999999'],
  ])('reads %s and writes it as %s', (text, canonical) => {
    expect(canonicalAmount(text)).toBe(canonical);
  });

  it.each(['', ' 1', '+1', '-1', '01', '1.', '.5', '1e3', 'NaN', 'Infinity', '0x10', '1,000', '١'])(
    'refuses %j',
    (text) => {
      expect(() => parseAmount(text)).toThrow(AmountMalformed);
    },
  );

  it.each(['100000000000000000000', '0.0000000000000000001'])(
    'refuses %s, which NUMERIC(38,18) cannot hold',
    (text) => {
      expect(() => parseAmount(text)).toThrow(AmountMalformed);
    },
  );

  it('never changes value on the way through its text form', () => {
    const anyAmount = fc.bigInt({ min: 0n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(anyAmount, (units) => {
        const text = formatAmount(units as ReturnType<typeof parseAmount>);
        expect(parseAmount(text)).toBe(units);
      }),
    );
  });
});

describe('a balance', () => {
  it.each(['', '+1', '1.', '.5', '1e3', 'NaN', 'Infinity', '0.0000000000000000001'])(
    'refuses %j',
    (text) => {
      expect(() => parseBalance(text)).toThrow(AmountMalformed);
    },
  );

  it('never changes value on the way through its text form, below zero and at 58 digits too', () => {
    const limit = 10n ** 58n - 1n;
    fc.assert(
      fc.property(fc.bigInt({ min: -limit, max: limit }), (units) => {
        expect(parseBalance(formatBalance(units))).toBe(units);
      }),
    );
  });
});
