import { createInterface } from 'node:readline/promises';
import { CommandRefused } from './refusal.js';

export interface Change {
  /** What will be done to what, for the question. */
  what: string;
  local: boolean;
  env?: string | undefined;
  yes?: boolean | undefined;
}

/**
 * Nothing that is not on this machine is changed unless its environment is named, and then either
 * `--yes` is given or the name is typed again.
 *
 * @throws {CommandRefused} NOT_CONFIRMED
 */
export async function confirmTarget({ what, local, env, yes = false }: Change): Promise<void> {
  if (local) return;
  if (env === undefined) {
    throw new CommandRefused('NOT_CONFIRMED', `${what} is not on this machine: add --env NAME`);
  }
  if (!yes) await demandTyped(env, what);
}

/**
 * What cannot be undone is confirmed wherever it is: with `word` where no environment is named.
 *
 * @throws {CommandRefused} NOT_CONFIRMED
 */
export async function confirmLoss(change: Change & { word: string }): Promise<void> {
  await confirmTarget(change);
  const { env, what, local, yes = false, word } = change;
  if (local && !yes) await demandTyped(env ?? word, what);
}

async function demandTyped(word: string, what: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandRefused('NOT_CONFIRMED', `${what}: nobody can be asked here: add --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${what}. Type ${word} to go on: `);
    if (answer.trim() === word) return;
  } finally {
    terminal.close();
  }
  throw new CommandRefused('NOT_CONFIRMED', `${what}: not confirmed, nothing was changed`);
}
