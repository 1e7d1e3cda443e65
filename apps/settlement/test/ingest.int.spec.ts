import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Transactions } from '@fusion-prime/database';
import { systemClock } from '@fusion-prime/kernel';
import { IngestCommand } from '../src/commands/ingest-command.js';
import { ReceiveCommands } from '../src/commands/receive-commands.js';
import { settlementParts, type Parts } from './ledger/parts.js';

let parts: Parts;
beforeAll(async () => {
  parts = await settlementParts();
});
afterAll(() => parts.close());

/** An ingest whose connection breaks so many times after its commit was sent. */
function breaking(times: number): IngestCommand {
  const { transactions, commands } = parts;
  let left = times;
  const breaks = Object.create(transactions, {
    one: {
      value: async (work: Parameters<Transactions['one']>[0]) => {
        const result = await transactions.one(work);
        left -= 1;
        if (left >= 0) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
        return result;
      },
    },
  }) as Transactions;
  const config = { autoAdvance: false } as never;
  return new IngestCommand(breaks, commands, new ReceiveCommands(), systemClock, config);
}

const order = () => ({
  commandId: randomUUID(),
  workflowId: 'wf',
  accountRef: 'a',
  payer: null,
  payee: null,
  assetSymbol: null,
  amount: null,
  expiresAt: null,
});

async function historyOf(commandId: string): Promise<number> {
  return (await parts.transactions.read((reader) => parts.steps.history(reader, commandId))).length;
}

describe('an ingest whose connection breaks during the commit', () => {
  it('looks again, and finds the command that it has made', async () => {
    const wish = order();
    const { command } = await breaking(2).execute(wish, 'tester');
    expect(command.commandId).toBe(wish.commandId);
    expect(await historyOf(wish.commandId)).toBe(1);
  });

  it('gives up after three tries; sent again it is a replay', async () => {
    const wish = order();
    await expect(breaking(3).execute(wish, 'tester')).rejects.toThrow('gone');
    expect(await breaking(0).execute(wish, 'tester')).toMatchObject({ replayed: true });
    expect(await historyOf(wish.commandId)).toBe(1);
  });
});
