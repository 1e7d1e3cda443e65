import { Refusal } from './refusal.js';

/** Digits after the point that NUMERIC(38,18) keeps. */
export const AMOUNT_SCALE = 18;
const ONE = 10n ** BigInt(AMOUNT_SCALE);
const AMOUNT_PATTERN = /^(0|[1-9]\d{0,19})(?:\.(\d{1,18}))?$/;

/** An exact, non-negative quantity of an asset: an integer count of 10^-18 units. */
export type Amount = bigint & { readonly __amount: unique symbol };

export class AmountMalformed extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'amount-malformed';
}

/**
 * Reads a decimal string such as `"12.50"`: at most 20 digits before the point and 18 after, no sign,
 * no exponent, no leading zero. Never a JavaScript number: 2^53 is smaller than one ether in wei.
 *
 * @throws {AmountMalformed}
 * @example parseAmount('1.50') === 1500000000000000000n
 */
export function parseAmount(text: string): Amount {
  const match = AMOUNT_PATTERN.exec(text);
  if (match === null) {
    throw new AmountMalformed(
      'an amount is a decimal string with at most 20 digits before and 18 after the point',
    );
  }
  const [, whole = '0', fraction = ''] = match;
  return (BigInt(whole) * ONE + BigInt(fraction.padEnd(AMOUNT_SCALE, '0'))) as Amount;
}

/** Writes an amount in its one canonical form: no trailing zeros, no trailing point. */
export function formatAmount(amount: Amount): string {
  const whole = amount / ONE;
  const fraction = (amount % ONE).toString().padStart(AMOUNT_SCALE, '0').replace(/0+$/, '');
  return fraction === '' ? whole.toString() : `${whole}.${fraction}`;
}

/** `"1.0"`, `"1.00"` and PostgreSQL's `"1.000000000000000000"` are the same amount: `"1"`. */
export function canonicalAmount(text: string): string {
  return formatAmount(parseAmount(text));
}

/** A sum of amounts, or a difference: wider than an amount, and maybe below zero. Units of 10^-18. */
export type Balance = bigint;

const BALANCE_PATTERN = /^(-?)(\d{1,40})(?:\.(\d{1,18}))?$/;

/**
 * Reads what PostgreSQL writes for NUMERIC(58,18).
 *
 * @throws {AmountMalformed} for anything else, NaN and infinities included
 */
export function parseBalance(text: string): Balance {
  const match = BALANCE_PATTERN.exec(text);
  if (match === null)
    throw new AmountMalformed('a balance is a decimal number of at most 58 digits');
  const [, sign = '', whole = '0', fraction = ''] = match;
  const units = BigInt(whole) * ONE + BigInt(fraction.padEnd(AMOUNT_SCALE, '0'));
  return sign === '-' ? -units : units;
}

/** Writes a balance in its one canonical form, as {@link formatAmount} does. */
export function formatBalance(balance: Balance): string {
  const text = formatAmount((balance < 0n ? -balance : balance) as Amount);
  return balance < 0n ? `-${text}` : text;
}
