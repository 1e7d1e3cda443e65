import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { transferDecided } from '@fusion-prime/contracts';
import { parseAmount, systemClock } from '@fusion-prime/kernel';
import type { Decision } from '../src/commands/command.js';
import { CommandSteps } from '../src/commands/command-steps.js';
import { CommandsConsumer } from '../src/commands/commands.consumer.js';
import { DriveCommands } from '../src/commands/drive-commands.js';
import { ValidateCommands } from '../src/commands/validate-commands.js';
import {
  ComplianceMisunderstands,
  ComplianceUnavailable,
  type TransferToJudge,
} from '../src/compliance/compliance-client.js';
import { settlementParts, type Parts } from './ledger/parts.js';

let parts: Parts;
beforeAll(async () => {
  parts = await settlementParts();
});
afterAll(() => parts.close());

type Judge = (transfers: readonly TransferToJudge[]) => Promise<Map<string, Decision>>;

const approve: Judge = (transfers) =>
  Promise.resolve(new Map(transfers.map(({ settlementId }) => [settlementId, 'APPROVED'])));
const beAway: Judge = () => Promise.reject(new ComplianceUnavailable(undefined));

/** One turn of a worker. */
async function drive(evaluate: Judge, { autoAdvance = true } = {}): Promise<boolean> {
  const { transactions, steps, decide, executeCommands, settleCommands, expireCommands } = parts;
  const validate = new ValidateCommands(transactions, { evaluate } as never, decide, systemClock);
  const all = new CommandSteps(
    transactions,
    validate,
    executeCommands,
    settleCommands,
    expireCommands,
  );
  const log = { warn: () => undefined };
  const worker = new DriveCommands(transactions, steps, all, { autoAdvance } as never, log);
  return worker.execute(new AbortController().signal);
}

/** Received, its payer's money there, due for the worker. */
async function due(): Promise<string> {
  const commandId = randomUUID();
  const accountRef = `payer-${commandId}`;
  const money = { accountRef, assetSymbol: 'USDC', amount: parseAmount('10') };
  await parts.moveMoney.execute({ kind: 'deposit', ...money });
  const order = { commandId, workflowId: 'wf', payer: null, payee: 'shop', expiresAt: null };
  await parts.ingest.execute({ ...order, ...money }, 'tester');
  await makeDue(commandId);
  return commandId;
}

async function makeDue(commandId: string): Promise<void> {
  await parts.transactions.one((tx) => parts.steps.wake(tx, [commandId]));
}

interface Row {
  status: string;
  is_due: boolean | null;
  leased: boolean;
}

async function stateOf(commandId: string): Promise<Row> {
  const rows: Row[] = await parts.transactions.read((reader) =>
    reader.query(
      `SELECT status, due_at <= now() AS is_due, leased_until IS NOT NULL AS leased
         FROM settlement_commands WHERE command_id = $1`,
      [commandId],
    ),
  );
  return rows[0] as Row;
}

async function move(name: 'cancel', commandId: string): Promise<void> {
  const wish = { commandId, version: undefined, actor: 'tester' };
  await parts.transactions.run((tx) => parts.moves.execute(tx, name, wish));
}

async function decideByEvent(commandId: string, autoAdvance: boolean): Promise<void> {
  const { decide, steps, transactions } = parts;
  const consumer = new CommandsConsumer(decide, steps, { autoAdvance } as never);
  const data = transferDecided.data.parse({
    settlement_id: commandId,
    decision: 'APPROVED',
    reasons: ['looked-at'],
    decided_by: 'officer',
    decided_at: new Date().toISOString(),
    version: 2,
  });
  await transactions.run((tx) => consumer.handle(tx, { data } as never));
}

/** Its time is over, which the table lets nobody write but its owner. */
async function lapse(commandId: string): Promise<void> {
  const { database } = parts;
  const trigger = 'TRIGGER settlement_commands_guard_update';
  await database.query(`ALTER TABLE settlement_commands DISABLE ${trigger}`);
  await database.query(
    `UPDATE settlement_commands SET expires_at = now() - interval '1 ms' WHERE command_id = $1`,
    [commandId],
  );
  await database.query(`ALTER TABLE settlement_commands ENABLE ${trigger}`);
}

describe('a command whose time is over', () => {
  it('moves no money any more, though the worker has not looked at it yet', async () => {
    const id = await due();
    await parts.transactions.run((tx) =>
      parts.decide.execute(tx, new Map([[id, 'APPROVED']]), 'tester'),
    );
    await lapse(id);
    const [after] = await parts.transactions.run((tx) =>
      parts.executeCommands.execute(tx, [id], 'tester'),
    );
    expect(after).toMatchObject({ status: 'expired', reason: 'expired' });
    const entries = await parts.database.query<{ kind: string }>(
      `SELECT kind FROM ledger_transfers WHERE origin_id = $1 ORDER BY created_at`,
      [id],
    );
    expect(entries.map(({ kind }) => kind)).toEqual(['pending', 'expire']);
  });
});

describe('the worker', () => {
  it('has nothing more to do with a command that was cancelled while compliance was asked in vain', async () => {
    const id = await due();
    await drive(async (transfers) => {
      await move('cancel', id);
      return beAway(transfers);
    });
    expect(await stateOf(id)).toEqual({ status: 'cancelled', is_due: null, leased: false });
  });

  it('moves what was approved before, though compliance is away', async () => {
    const approved = await due();
    await parts.transactions.run((tx) =>
      parts.decide.execute(tx, new Map([[approved, 'APPROVED']]), 'tester'),
    );
    const waiting = await due();
    await drive(beAway);
    expect(await stateOf(approved)).toMatchObject({ status: 'settled' });
    expect(await stateOf(waiting)).toEqual({ status: 'received', is_due: false, leased: false });
    await move('cancel', waiting);
  });

  it('settles the others when compliance cannot read one of them', async () => {
    const [odd, ...others] = [await due(), await due(), await due()];
    await drive((transfers) =>
      transfers.some(({ settlementId }) => settlementId === odd)
        ? Promise.reject(new ComplianceMisunderstands(422))
        : approve(transfers),
    );
    for (const id of others) expect(await stateOf(id)).toMatchObject({ status: 'settled' });
    expect(await stateOf(odd)).toMatchObject({ status: 'received', is_due: false });
    await move('cancel', odd);
  });

  it('leaves due commands to clients when it is off, and does not come back to them at once', async () => {
    const id = await due();
    await drive(approve, { autoAdvance: false });
    expect(await stateOf(id)).toEqual({ status: 'received', is_due: false, leased: false });
    await move('cancel', id);
  });

  it('takes up, once it is on again, what compliance decided while it was off', async () => {
    const id = await due();
    await drive((transfers) =>
      Promise.resolve(new Map(transfers.map(({ settlementId }) => [settlementId, 'HELD']))),
    );
    expect(await stateOf(id)).toMatchObject({ status: 'received', is_due: null });
    await decideByEvent(id, false);
    expect(await stateOf(id)).toMatchObject({ status: 'received' });
    await drive(approve);
    expect(await stateOf(id)).toMatchObject({ status: 'settled' });
  });

  it('leaves alone what another one has claimed, until that one’s lease is over', async () => {
    const id = await due();
    const claim = async (leaseMs: number): Promise<boolean> => {
      const found = await parts.transactions.one((tx) =>
        parts.steps.claimDue(tx, { limit: 100, leaseMs }),
      );
      return found.some(({ commandId }) => commandId === id);
    };
    expect([await claim(0), await claim(60_000), await claim(60_000)]).toEqual([true, true, false]);
    await move('cancel', id);
  });

  it('is not called by a decision about a command that has ended', async () => {
    const id = await due();
    await move('cancel', id);
    await decideByEvent(id, false);
    expect(await stateOf(id)).toEqual({ status: 'cancelled', is_due: null, leased: false });
  });
});
