import { assert, parseAmount, type Amount } from '@fusion-prime/kernel';

/** What the ledger should be, kept by simple arithmetic: the oracle of the property test. */
export interface ModelHold {
  holdId: string;
  payer: string;
  payee: string;
  amount: bigint;
  status: 'active' | 'captured' | 'voided' | 'expired';
}

export interface ModelCommand {
  commandId: string;
  payer: string;
  payee: string;
  amount: bigint;
  status: string;
}

export const PEOPLE = ['alice', 'bob', 'carol', 'dave'] as const;
export const ASSET = 'USDC';

export class Model {
  readonly posted = new Map<string, bigint>();
  readonly held = new Map<string, bigint>();
  readonly holds: ModelHold[] = [];
  readonly commands: ModelCommand[] = [];
  /** Statuses that were final once, to see that they stay so. */
  readonly ended = new Map<string, string>();

  available(who: string): bigint {
    return (this.posted.get(who) ?? 0n) - (this.held.get(who) ?? 0n);
  }

  post(who: string, amount: bigint): void {
    this.posted.set(who, (this.posted.get(who) ?? 0n) + amount);
  }

  hold(who: string, amount: bigint): void {
    const held = (this.held.get(who) ?? 0n) + amount;
    assert(held >= 0n, 'the model never releases more than is held');
    this.held.set(who, held);
  }

  move(payer: string, payee: string, amount: bigint): void {
    this.post(payer, -amount);
    this.post(payee, amount);
  }
}

/** 0.000000000000000001 up to 12 digits before the point: what a float would lose. */
export function anAmount(units: bigint): Amount {
  return units as Amount;
}

export const ONE = parseAmount('1');
