import { CommandIdReused, firstDifference, type Command } from './command.js';
import type { Arrival } from './receive-commands.js';

export interface Ingested {
  command: Command;
  /** True when this id was ingested before, with the same content. */
  replayed: boolean;
}

/** What came of one order of a batch: a refusal is its own affair, the others stand. */
export type Outcome = Ingested | CommandIdReused;

/** The first arrival under each id: of several in one batch it alone is written. */
export function leadersOf(arrivals: readonly Arrival[]): Map<string, Arrival> {
  const leaders = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    const { commandId } = arrival.command;
    if (!leaders.has(commandId)) leaders.set(commandId, arrival);
  }
  return leaders;
}

/**
 * What came of each arrival.
 *
 * @param made the ids that were written by this batch
 * @param stored the commands that had been there before it, by their ids
 */
export function outcomesOf(
  arrivals: readonly Arrival[],
  { made, stored }: { made: ReadonlySet<string>; stored: ReadonlyMap<string, Command> },
): Outcome[] {
  const leaders = leadersOf(arrivals);
  return arrivals.map((arrival) => {
    const { command } = arrival;
    const leader = leaders.get(command.commandId);
    if (leader === arrival && made.has(command.commandId)) return { command, replayed: false };
    return judge(stored.get(command.commandId) ?? leader?.command ?? command, command);
  });
}

/** What the one that came first means for one that came after it. */
function judge(stored: Command, incoming: Command): Outcome {
  const field = firstDifference(stored, incoming);
  return field === null
    ? { command: stored, replayed: true }
    : new CommandIdReused(incoming.commandId, field);
}
