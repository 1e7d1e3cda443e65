import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { NEXT_STATUSES } from '../../src/commands/transition.js';
import type { CommandStatus } from '../../src/commands/command.js';
import { availableOf, balanceOf, mainAccount } from '../../src/ledger/account.js';
import { actions, type Action } from './actions.js';
import { ASSET, Model, PEOPLE } from './model.js';
import { settlementParts, type Parts } from './parts.js';

let parts: Parts;
beforeAll(async () => {
  parts = await settlementParts();
});
afterAll(() => parts.close());

/** Everything that must hold after every step, read from the database. */
async function invariants(model: Model, world: string): Promise<void> {
  const { transactions, accounts, commands } = parts;
  expect(await transactions.read((reader) => accounts.imbalances(reader))).toEqual([]);
  for (const who of PEOPLE) {
    const [account] = await transactions.read((reader) =>
      accounts.listByRef(reader, { ref: `${world}-${who}`, asset: ASSET }),
    );
    const sums = account ?? { ...mainAccount(who, ASSET), ...zero };
    expect(balanceOf(sums)).toBe(model.posted.get(who) ?? 0n);
    expect(availableOf(sums)).toBe(model.available(who));
    expect(availableOf(sums)).toBeGreaterThanOrEqual(0n);
  }
  const ids = model.commands.map(({ commandId }) => commandId);
  const stored = await transactions.read((reader) => commands.listByIds(reader, ids));
  expect(new Map(stored.map(({ commandId, status }) => [commandId, status]))).toEqual(
    new Map(model.commands.map(({ commandId, status }) => [commandId, status])),
  );
  for (const { commandId, status, amount } of stored) {
    const before = model.ended.get(commandId);
    const stays =
      before === undefined || before === status || `${before}>${status}` === 'settled>reversed';
    expect(stays).toBe(true);
    expect(amount).toBe(model.commands.find((command) => command.commandId === commandId)?.amount);
    if (status === 'settled' || NEXT_STATUSES[status as CommandStatus].length === 0)
      model.ended.set(commandId, status);
  }
}

const zero = { debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };

/** Each command has one history without gaps and one event for each step, whatever was retried. */
async function noDoubleEffects(world: string): Promise<void> {
  const odd = await parts.database.query(
    `
    SELECT c.command_id FROM settlement_commands c
     WHERE c.workflow_id = $1 AND (c.version <> (SELECT count(*) FROM settlement_command_history h WHERE h.command_id = c.command_id)
        OR c.version <> (SELECT count(*) FROM outbox o
                          WHERE o.aggregate_type = 'command' AND o.aggregate_id = c.command_id))`,
    [world],
  );
  expect(odd).toEqual([]);
  // The sums of the accounts are those of their entries: nothing moved without one.
  const drifted = await parts.database.query(
    `
    SELECT a.account_id FROM ledger_accounts a
      LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM ledger_transfers
        WHERE debit_account_id = a.account_id AND kind IN ('posted', 'post')) d ON true
      LEFT JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS sum FROM ledger_transfers
        WHERE credit_account_id = a.account_id AND kind IN ('posted', 'post')) c ON true
     WHERE a.account_ref LIKE $1 || '%' AND (a.debits_posted <> d.sum OR a.credits_posted <> c.sum)`,
    [world],
  );
  expect(drifted).toEqual([]);
}

describe('the ledger', () => {
  it('is what simple arithmetic says, after every step of every story', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(actions(), { minLength: 40, maxLength: 90, size: 'max' }),
        async (story: Action[]) => {
          const model = new Model();
          const world = randomUUID();
          for (const action of story) {
            await action.run({ model, parts, world });
            await invariants(model, world);
          }
          await noDoubleEffects(world);
        },
      ),
      { numRuns: 20, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: true },
    );
  });
});
