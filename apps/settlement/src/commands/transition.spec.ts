import { describe, expect, it } from '@jest/globals';
import { COMMAND_STATUSES, receive, type Command, type CommandStatus } from './command.js';
import { advance, hasLapsed, NEXT_STATUSES, TransitionIllegal } from './transition.js';

const at = new Date('2026-01-02T03:04:05Z');

function aCommand(overrides: Partial<Command> = {}): Command {
  const order = {
    commandId: 'cmd-1',
    workflowId: 'wf-1',
    accountRef: 'alice',
    payer: 'alice',
    payee: 'bob',
    assetSymbol: 'USDC',
    amount: null,
    expiresAt: null,
  };
  return { ...receive(order, new Date(0)), ...overrides };
}

// Written out by hand, beside the table that the code goes by.
const ways: Record<CommandStatus, CommandStatus[]> = {
  received: ['validated', 'rejected', 'cancelled', 'expired'],
  validated: ['executed', 'failed', 'cancelled', 'expired'],
  executed: ['settled', 'failed'],
  settled: ['reversed'],
  rejected: [],
  failed: [],
  cancelled: [],
  expired: [],
  reversed: [],
};
const pairs = COMMAND_STATUSES.flatMap((from) => COMMAND_STATUSES.map((to) => [from, to] as const));

describe('a command', () => {
  it.each(pairs.filter(([from, to]) => ways[from].includes(to)))(
    'goes from %s to %s',
    (from, to) => {
      const after = advance(aCommand({ status: from, version: 4 }), to, { at, reason: 'expired' });
      expect(after).toMatchObject({ status: to, version: 5, lastUpdated: at, reason: 'expired' });
    },
  );

  it.each(pairs.filter(([from, to]) => !ways[from].includes(to)))(
    'does not go from %s to %s, and says where it can go',
    (from, to) => {
      const go = (): Command => advance(aCommand({ status: from }), to, { at });
      expect(go).toThrow(TransitionIllegal);
      expect(go).toThrow(NEXT_STATUSES[from].length === 0 ? /final/ : NEXT_STATUSES[from][0]);
    },
  );

  it.each([
    ['received', 0, true],
    ['validated', 0, true],
    ['executed', 0, false],
    ['received', 1, false],
  ] as const)('that is %s and ends in %i ms has lapsed: %s', (status, ms, lapsed) => {
    const command = aCommand({ status, expiresAt: new Date(at.getTime() + ms) });
    expect(hasLapsed(command, at)).toBe(lapsed);
  });
});
