import { createHash } from 'node:crypto';
import { formatAmount, Refusal, type Amount } from '@fusion-prime/kernel';

/**
 * A settlement command asks to move one asset from payer to payee, once. Its id is its identity for ever:
 * sent again with the same content it is a replay, with other content it is refused.
 */
export const COMMAND_STATUSES = [
  'received',
  'validated',
  'executed',
  'settled',
  'rejected',
  'cancelled',
  'expired',
  'failed',
  'reversed',
] as const;

export type CommandStatus = (typeof COMMAND_STATUSES)[number];

/** What the client asks for. A command may lack payee, asset or amount; validation rejects it later. */
export interface CommandOrder {
  commandId: string;
  workflowId: string;
  accountRef: string;
  /** Defaults to the account. */
  payer: string | null;
  payee: string | null;
  assetSymbol: string | null;
  amount: Amount | null;
}

export interface Command extends CommandOrder {
  status: CommandStatus;
  createdAt: Date;
  lastUpdated: Date | null;
}

export class CommandIdReused extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'command-id-reused';

  constructor(commandId: string, field: string) {
    super(
      `command ${commandId} exists with another ${field}; send the same content again or use a new command_id`,
    );
    this.fieldErrors = [
      { pointer: `/${field}`, code: this.code, detail: 'differs from the first ingest' },
    ];
  }

  override readonly fieldErrors;
}

export class CommandNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'command-not-found';

  constructor(commandId: string) {
    super(`no command ${commandId}`);
  }
}

export function receive(order: CommandOrder, receivedAt: Date): Command {
  return {
    ...order,
    payer: order.payer ?? order.accountRef,
    status: 'received',
    createdAt: receivedAt,
    lastUpdated: receivedAt,
  };
}

/**
 * The business content in its one canonical form, in the order in which a difference is reported:
 * 1.0 and 1.00 are the same amount, and a payer left out is the account.
 */
function canonicalFields(order: CommandOrder): [field: string, value: string | null][] {
  return [
    ['workflow_id', order.workflowId],
    ['account_ref', order.accountRef],
    ['payer', order.payer ?? order.accountRef],
    ['payee', order.payee],
    ['asset_symbol', order.assetSymbol],
    ['amount', order.amount === null ? null : formatAmount(order.amount)],
  ];
}

/** SHA-256 over the canonical business fields: equal fingerprints mean a replay. */
export function fingerprint(order: CommandOrder): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(canonicalFields(order)))
    .digest();
}

/** The first business field in which two orders differ, by its name in the API; null when none does. */
export function firstDifference(stored: CommandOrder, incoming: CommandOrder): string | null {
  const incomingFields = canonicalFields(incoming);
  const differing = canonicalFields(stored).find(
    ([, value], i) => value !== incomingFields[i]?.[1],
  );
  return differing?.[0] ?? null;
}
