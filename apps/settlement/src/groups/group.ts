import { Refusal, uuidv7, type Amount } from '@fusion-prime/kernel';
import { mainAccount } from '../ledger/account.js';
import type { Posting } from '../ledger/posting.js';

/**
 * Transfers that happen together or not at all.
 *
 *   pending ─► matched ─► settled     every payer affirmed; all legs posted in one transaction
 *      │          └─────► failed      a leg that cannot be: it is named, and none is posted
 *      ├────────────────► failed      not every payer had affirmed at the cut-off
 *      └────────────────► cancelled   by a party, before it matched
 */
export const GROUP_STATUSES = ['pending', 'matched', 'settled', 'failed', 'cancelled'] as const;
export type GroupStatus = (typeof GROUP_STATUSES)[number];

/** Gross delivery versus payment (BIS model 1), or payment versus payment: two currencies, both ways. */
export const GROUP_MODELS = ['DVP1', 'PVP'] as const;
export type GroupModel = (typeof GROUP_MODELS)[number];

export type GroupReason =
  'unmatched' | 'insufficient-funds' | 'compliance-rejected' | 'compliance-undecided';

export interface LegOrder {
  payer: string;
  payee: string;
  assetSymbol: string;
  amount: Amount;
}

export interface Leg extends LegOrder {
  /** 1, 2, 3 … in the order in which they are posted. */
  leg: number;
  /** When its payer agreed; null = not yet. */
  affirmedAt: Date | null;
}

export interface GroupOrder {
  model: GroupModel;
  cutoffAt: Date | null;
  legs: readonly LegOrder[];
}

export interface Group {
  groupId: string;
  model: GroupModel;
  status: GroupStatus;
  legs: readonly Leg[];
  failedLeg: number | null;
  reason: GroupReason | null;
  version: number;
  cutoffAt: Date | null;
  /** When the service looks at it by itself. */
  dueAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export class GroupNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'group-not-found';

  constructor(groupId: string) {
    super(`no group ${groupId}`);
  }
}

export class GroupLegsUnfit extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'group-legs-unfit';

  constructor(model: GroupModel) {
    super(
      model === 'PVP'
        ? 'payment versus payment has exactly two assets, and whoever pays the one gets the other'
        : 'delivery versus payment has at least two assets',
    );
  }
}

export class GroupClosed extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'group-transition-illegal';

  constructor({ groupId, status }: Group) {
    super(`group ${groupId} is ${status}; only a pending one is affirmed or cancelled`);
  }
}

export class GroupPartyForbidden extends Refusal {
  readonly kind = 'forbidden';
  readonly code = 'group-party-forbidden';

  constructor({ groupId }: Group, party: string) {
    super(`${party} pays no leg of group ${groupId}`);
  }
}

/** @throws {GroupLegsUnfit} when the legs are not what the model says */
export function demandFit({ model, legs }: GroupOrder): void {
  const assets = new Set(legs.map(({ assetSymbol }) => assetSymbol));
  if (assets.size < 2) throw new GroupLegsUnfit(model);
  if (model !== 'PVP') return;
  const pays = (party: string, asset: string): boolean =>
    legs.some((leg) => leg.payer === party && leg.assetSymbol === asset);
  const exchanged = legs.every(({ payee, assetSymbol }) =>
    [...assets].some((other) => other !== assetSymbol && pays(payee, other)),
  );
  if (assets.size !== 2 || !exchanged) throw new GroupLegsUnfit(model);
}

/**
 * The group after one of its payers agreed to all legs that it pays; matched when it was the last. The same
 * group when that party had agreed before.
 *
 * @throws {GroupClosed} {GroupPartyForbidden}
 */
export function affirm(group: Group, party: string, now: Date): Group {
  if (group.status !== 'pending' || isOver(group, now)) throw new GroupClosed(group);
  const own = group.legs.filter(({ payer }) => payer === party);
  if (own.length === 0) throw new GroupPartyForbidden(group, party);
  if (own.every(({ affirmedAt }) => affirmedAt !== null)) return group;
  const legs = group.legs.map((leg) => (leg.payer === party ? { ...leg, affirmedAt: now } : leg));
  const matched = legs.every(({ affirmedAt }) => affirmedAt !== null);
  return step({ ...group, legs, ...(matched && { status: 'matched', dueAt: now }) }, now);
}

/** @throws {GroupClosed} {GroupPartyForbidden} */
export function cancel(group: Group, party: string, now: Date): Group {
  if (group.status !== 'pending') throw new GroupClosed(group);
  const isParty = group.legs.some(({ payer, payee }) => payer === party || payee === party);
  if (!isParty) throw new GroupPartyForbidden(group, party);
  return step({ ...group, status: 'cancelled', dueAt: null }, now);
}

export function fail(group: Group, failedLeg: number, reason: GroupReason, now: Date): Group {
  return step({ ...group, status: 'failed', failedLeg, reason, dueAt: null }, now);
}

export function settle(group: Group, now: Date): Group {
  return step({ ...group, status: 'settled', dueAt: null }, now);
}

/** Whether its cut-off has passed before it ended. */
export function isOver({ status, cutoffAt }: Group, now: Date): boolean {
  return cutoffAt !== null && cutoffAt <= now && ['pending', 'matched'].includes(status);
}

/** Under which id compliance knows a leg. */
export function settlementIdOf({ groupId }: Group, { leg }: Leg): string {
  return `${groupId}:${String(leg)}`;
}

/** The entries of all legs, in their order: what one pays out may be what the one before brought. */
export function postingsOf(group: Group): Posting[] {
  return group.legs.map(({ payer, payee, assetSymbol, amount }) => ({
    transferId: uuidv7(),
    kind: 'posted',
    debit: mainAccount(payer, assetSymbol),
    credit: mainAccount(payee, assetSymbol),
    amount,
    origin: { type: 'group', id: group.groupId },
  }));
}

function step(group: Group, now: Date): Group {
  return { ...group, version: group.version + 1, updatedAt: now };
}
