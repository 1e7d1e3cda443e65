import { assert, uuidv7 } from '@fusion-prime/kernel';
import { mainAccount } from '../ledger/account.js';
import type { Posting } from '../ledger/posting.js';
import { asComplete, type Command, type CompleteCommand } from './command.js';

/** Holds the payer's funds for the payee. */
export function holdOf(command: CompleteCommand): Posting {
  return { ...partiesOf(command), kind: 'pending' };
}

/** Ends the hold of a command: moved, or given back. */
export function resolutionOf(command: Command, kind: 'post' | 'void' | 'expire'): Posting {
  const whole = demandComplete(command);
  assert(whole.holdId !== null, 'a validated command has a hold');
  const pending = { transferId: whole.holdId, amount: whole.amount };
  return { ...partiesOf(whole), kind, pending };
}

function partiesOf({
  commandId,
  payer,
  payee,
  assetSymbol,
  amount,
}: CompleteCommand): Omit<Posting, 'kind'> {
  return {
    transferId: uuidv7(),
    debit: mainAccount(payer, assetSymbol),
    credit: mainAccount(payee, assetSymbol),
    amount,
    origin: { type: 'command', id: commandId },
  };
}

function demandComplete(command: Command): CompleteCommand {
  const whole = asComplete(command);
  assert(typeof whole !== 'string', 'a validated command is complete');
  return whole;
}
