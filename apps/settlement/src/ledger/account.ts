import type { Amount, Balance } from '@fusion-prime/kernel';

/**
 * Whose account it is, of which asset, and what for: a client's own (`main`), the world outside the
 * platform (`external`, one for each asset), or what an escrow keeps (`escrow`).
 */
export const PURPOSES = ['main', 'external', 'escrow'] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface AccountKey {
  readonly ref: string;
  readonly asset: string;
  readonly purpose: Purpose;
}

/** Sums of one account. Pending ones are held: they count against the owner at once. */
export interface Sums {
  readonly debitsPending: Balance;
  readonly debitsPosted: Balance;
  readonly creditsPending: Balance;
  readonly creditsPosted: Balance;
}

export interface Account extends AccountKey, Sums {
  readonly accountId: string;
}

export const NOTHING: Sums = {
  debitsPending: 0n,
  debitsPosted: 0n,
  creditsPending: 0n,
  creditsPosted: 0n,
};

/** One text for each account: a map's key. */
export function textOf({ ref, asset, purpose }: AccountKey): string {
  return JSON.stringify([ref, asset, purpose]);
}

export function mainAccount(ref: string, asset: string): AccountKey {
  return { ref, asset, purpose: 'main' };
}

/** Where deposits come from and withdrawals go to; below zero by what the platform holds for its clients. */
export function externalAccount(asset: string): AccountKey {
  return { ref: 'external', asset, purpose: 'external' };
}

/** What is the owner's, held or not. */
export function balanceOf(sums: Sums): Balance {
  return sums.creditsPosted - sums.debitsPosted;
}

/** What the owner can spend: nothing that is held, and nothing that is only on its way in. */
export function availableOf(sums: Sums): Balance {
  return balanceOf(sums) - sums.debitsPending;
}

/** Every account but the world's is guarded: nobody spends what is not there. */
export function affords(
  { purpose, ...sums }: Sums & { purpose: Purpose },
  amount: Amount,
): boolean {
  return purpose === 'external' || availableOf(sums) >= amount;
}
