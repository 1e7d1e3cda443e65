import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { Tx } from '@fusion-prime/database';
import { Refusal } from '@fusion-prime/kernel';
import { demandWay, NEXT_STATUSES } from '../../src/commands/transition.js';
import type { CommandStatus, Decision } from '../../src/commands/command.js';
import type { MoveName } from '../../src/commands/move.js';
import { anAmount, ASSET, PEOPLE, type Model, type ModelCommand, type ModelHold } from './model.js';
import type { Parts } from './parts.js';

export interface Stage {
  model: Model;
  parts: Parts;
  /** Each story has people of its own in the one database. */
  world: string;
}

/** One step of a story: does it for real, and in the model. */
export interface Action {
  run(stage: Stage): Promise<void>;
  toString(): string;
}

const person = fc.constantFrom(...PEOPLE);
// Around the size of a deposit, so that some lack the funds; to the last of 18 places.
const units = fc.bigInt({ min: 1n, max: 40n * 10n ** 18n });
const deposited = fc.bigInt({ min: 1n, max: 200n * 10n ** 18n });
const index = fc.nat({ max: 50 });

class Crash extends Error {}

/** Mostly one that the action can be done to, now and then any: refusals are a part of the story. */
function pick<T>(all: readonly T[], i: number, fits: (item: T) => boolean): T | undefined {
  const fitting = all.filter(fits);
  const from = i % 4 === 0 || fitting.length === 0 ? all : fitting;
  return from[i % Math.max(1, from.length)];
}

export function actions(): fc.Arbitrary<Action> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(person, deposited).map(([who, amount]) => deposit(who, amount)),
    },
    { weight: 1, arbitrary: fc.tuple(person, units).map(([who, amount]) => withdraw(who, amount)) },
    {
      weight: 3,
      arbitrary: fc.tuple(person, person, units).map(([a, b, amount]) => place(a, b, amount)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(index, fc.constantFrom('capture', 'void', 'expire'), fc.nat({ max: 100 }))
        .map(([i, how, percent]) => end(i, how, BigInt(percent))),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(person, person, units).map(([a, b, amount]) => ingest(a, b, amount)),
    },
    { weight: 1, arbitrary: index.map(retry) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          index,
          fc.constantFrom<Decision>('APPROVED', 'APPROVED', 'APPROVED', 'REJECTED', 'HELD'),
        )
        .map(([i, decision]) => decide(i, decision)),
    },
    {
      weight: 7,
      arbitrary: fc
        .tuple(
          index,
          fc.constantFrom<Exclude<MoveName, 'validate'>>(
            'execute',
            'settle',
            'cancel',
            'fail',
            'reverse',
          ),
          // One in four dies before its commit.
          fc.nat({ max: 3 }).map((n) => n === 0),
        )
        .map(([i, move, crashes]) => step(i, move, crashes)),
    },
  );
}

function action(name: string, run: Action['run']): Action {
  return { run, toString: () => name };
}

function deposit(who: string, amount: bigint): Action {
  return action(`deposit(${who}, ${String(amount)})`, async ({ model, parts, world }) => {
    await parts.moveMoney.execute({
      kind: 'deposit',
      accountRef: `${world}-${who}`,
      assetSymbol: ASSET,
      amount: anAmount(amount),
    });
    model.post(who, amount);
  });
}

function withdraw(who: string, amount: bigint): Action {
  return action(`withdraw(${who}, ${String(amount)})`, async ({ model, parts, world }) => {
    const order = {
      kind: 'withdrawal' as const,
      accountRef: `${world}-${who}`,
      assetSymbol: ASSET,
    };
    const refusal = await refused(parts.moveMoney.execute({ ...order, amount: anAmount(amount) }));
    const affords = model.available(who) >= amount;
    expectSame(refusal, affords ? null : 'insufficient-funds');
    if (affords) model.post(who, -amount);
  });
}

function place(payer: string, payee: string, amount: bigint): Action {
  return action(`hold(${payer}, ${payee}, ${String(amount)})`, async ({ model, parts, world }) => {
    const placing = parts.placeHold.execute({
      payer: `${world}-${payer}`,
      payee: `${world}-${payee}`,
      assetSymbol: ASSET,
      amount: anAmount(amount),
      expiresAt: null,
    });
    const affords = model.available(payer) >= amount;
    const expected = payer === payee ? 'parties-equal' : affords ? null : 'insufficient-funds';
    expectSame(await refused(placing), expected);
    if (expected !== null) return;
    const { hold } = await placing;
    model.hold(payer, amount);
    model.holds.push({ holdId: hold.holdId, payer, payee, amount, status: 'active' });
  });
}

function end(i: number, how: 'capture' | 'void' | 'expire', percent: bigint): Action {
  return action(`${how}(${String(i)}, ${String(percent)} %)`, async ({ model, parts }) => {
    const hold = pick(model.holds, i, ({ status }) => status === 'active');
    if (hold === undefined) return;
    const taken = how === 'capture' ? (hold.amount * percent) / 100n : 0n;
    const refusal =
      how === 'expire' ? await expireNow(parts, hold) : await endNow(parts, hold, taken, how);
    expectSame(refusal, hold.status === 'active' ? null : 'hold-resolved');
    if (refusal !== null) return;
    model.hold(hold.payer, -hold.amount);
    model.move(hold.payer, hold.payee, taken);
    hold.status = how === 'capture' ? 'captured' : how === 'void' ? 'voided' : 'expired';
  });
}

async function endNow(
  parts: Parts,
  hold: ModelHold,
  taken: bigint,
  how: 'capture' | 'void',
): Promise<string | null> {
  const { resolveHold } = parts;
  return refused(
    how === 'void'
      ? resolveHold.void(hold.holdId)
      : resolveHold.capture(hold.holdId, anAmount(taken)),
  );
}

async function expireNow(
  { database, expireHolds }: Parts,
  hold: ModelHold,
): Promise<string | null> {
  if (hold.status !== 'active') return 'hold-resolved';
  await database.query(`UPDATE ledger_holds SET expires_at = now() WHERE hold_id = $1`, [
    hold.holdId,
  ]);
  await expireHolds.execute();
  return null;
}

function ingest(payer: string, payee: string, amount: bigint): Action {
  return action(`ingest(${payer}, ${payee}, ${String(amount)})`, async (stage) => {
    const command = { commandId: randomUUID(), payer, payee, amount, status: 'received' };
    stage.model.commands.push(command);
    await send(stage, command, false);
  });
}

function retry(i: number): Action {
  return action(`retry(${String(i)})`, async (stage) => {
    const command = stage.model.commands[i % Math.max(1, stage.model.commands.length)];
    if (command !== undefined) await send(stage, command, true);
  });
}

async function send(
  { parts, world }: Stage,
  command: ModelCommand,
  replayed: boolean,
): Promise<void> {
  const { commandId, payer, payee, amount } = command;
  const order = {
    commandId,
    workflowId: world,
    accountRef: `${world}-${payer}`,
    payer: null,
    payee: `${world}-${payee}`,
    assetSymbol: ASSET,
    amount: anAmount(amount),
    expiresAt: null,
  };
  const ingested = await parts.ingest.execute(order, 'story');
  expectSame(String(ingested.replayed), String(replayed));
}

function decide(i: number, decision: Decision): Action {
  return action(`decide(${String(i)}, ${decision})`, async ({ model, parts }) => {
    const command = pick(model.commands, i, ({ status }) => status === 'received');
    if (command === undefined) return;
    const decisions = new Map([[command.commandId, decision]]);
    await parts.transactions.run((tx) => parts.decide.execute(tx, decisions, 'story'));
    if (command.status !== 'received') return;
    if (command.payer === command.payee || decision === 'REJECTED') command.status = 'rejected';
    else if (decision === 'APPROVED') {
      const affords = model.available(command.payer) >= command.amount;
      command.status = affords ? 'validated' : 'rejected';
      if (affords) model.hold(command.payer, command.amount);
    }
  });
}

const LEADS_TO = {
  execute: 'executed',
  settle: 'settled',
  cancel: 'cancelled',
  fail: 'failed',
  reverse: 'reversed',
} as const;

function step(i: number, move: Exclude<MoveName, 'validate'>, crashes: boolean): Action {
  return action(`${move}(${String(i)})${crashes ? ' and crash' : ''}`, async ({ model, parts }) => {
    const command = pick(model.commands, i, ({ status }) =>
      NEXT_STATUSES[status as CommandStatus].includes(LEADS_TO[move]),
    );
    if (command === undefined) return;
    const moving = parts.transactions.run(async (tx: Tx) => {
      await parts.moves.execute(tx, move, {
        commandId: command.commandId,
        version: undefined,
        actor: 'story',
      });
      if (crashes) throw new Crash();
    });
    const expected = expectedRefusal(model, command, move);
    if (crashes && expected === null) {
      await moving.catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      return;
    }
    expectSame(await refused(moving), expected);
    if (expected === null) take(model, command, move);
  });
}

function expectedRefusal(
  model: Model,
  command: ModelCommand,
  move: keyof typeof LEADS_TO,
): string | null {
  try {
    demandWay({ commandId: '', status: command.status as CommandStatus }, LEADS_TO[move]);
  } catch {
    return 'command-transition-illegal';
  }
  const goesBack = move === 'reverse' || (move === 'fail' && command.status === 'executed');
  return goesBack && model.available(command.payee) < command.amount ? 'insufficient-funds' : null;
}

function take(model: Model, command: ModelCommand, move: keyof typeof LEADS_TO): void {
  const { payer, payee, amount, status } = command;
  if (status === 'validated') model.hold(payer, -amount);
  if (move === 'execute') model.move(payer, payee, amount);
  if (move === 'reverse' || (move === 'fail' && status === 'executed'))
    model.move(payee, payer, amount);
  command.status = LEADS_TO[move];
}

/** The code of the refusal; null when there was none. */
async function refused(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

function expectSame(found: string | null, expected: string | null): void {
  if (found !== expected) throw new Error(`${String(found)} instead of ${String(expected)}`);
}
