import { Inject, Injectable } from '@nestjs/common';
import { classifyDatabaseError, Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { SETTLEMENT_CONFIG, type SettlementConfig } from '../settlement.config.js';
import {
  CommandIdReused,
  firstDifference,
  receive,
  type Command,
  type CommandOrder,
} from './command.js';
import { CommandRepository } from './command.repository.js';
import { GroupCommit } from './group-commit.js';
import { ReceiveCommands, type Arrival } from './receive-commands.js';

export interface Ingested {
  command: Command;
  /** True when this id was ingested before, with the same content. */
  replayed: boolean;
}

/** What came of one order of a batch: a refusal is its own affair, the others stand. */
export type Outcome = Ingested | CommandIdReused;

// More gain little: 256 rows take 4 ms, and whoever comes meanwhile waits for them.
const MAX_ITEMS = 256;
// One is committed while the next is written.
const MAX_IN_FLIGHT = 2;
// A connection that breaks during a commit leaves it unknown: asked again, the rows themselves tell.
const MAX_TRIES = 3;
const PAUSE_MS = 50;

@Injectable()
export class IngestCommand {
  private readonly group = new GroupCommit<Arrival, Outcome>({
    write: (arrivals) => this.transactions.apart(() => this.write(arrivals)),
    maxItems: MAX_ITEMS,
    maxInFlight: MAX_IN_FLIGHT,
  });

  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandRepository,
    private readonly receiveCommands: ReceiveCommands,
    private readonly clock: Clock,
    @Inject(SETTLEMENT_CONFIG) private readonly config: SettlementConfig,
  ) {}

  /** Takes one command in, together with those of other requests. @throws {CommandIdReused} */
  async execute(order: CommandOrder, actor: string): Promise<Ingested> {
    const outcome = await this.group.add(this.arrival(order, actor));
    if (outcome instanceof CommandIdReused) throw outcome;
    return outcome;
  }

  /** Takes many in with one statement; outcomes in their order. */
  async executeMany(orders: readonly CommandOrder[], actor: string): Promise<Outcome[]> {
    return this.write(orders.map((order) => this.arrival(order, actor)));
  }

  private arrival(order: CommandOrder, actor: string): Arrival {
    const now = this.clock.now();
    const dueAt = this.config.autoAdvance ? now : order.expiresAt;
    return { command: receive(order, now), actor, dueAt };
  }

  private async write(arrivals: readonly Arrival[]): Promise<Outcome[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.writeOnce(arrivals);
      } catch (error) {
        const unknown = classifyDatabaseError(error) === 'unavailable';
        if (!unknown || attempt === MAX_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
      }
    }
  }

  private async writeOnce(arrivals: readonly Arrival[]): Promise<Outcome[]> {
    const first = new Map<string, Arrival>();
    for (const arrival of arrivals) {
      if (!first.has(arrival.command.commandId)) first.set(arrival.command.commandId, arrival);
    }
    const made = await this.transactions.one((tx) =>
      this.receiveCommands.execute(tx, [...first.values()]),
    );
    const stored = await this.storedOf([...first.keys()].filter((id) => !made.has(id)));
    return arrivals.map((arrival) => {
      const { command } = arrival;
      const leader = first.get(command.commandId);
      if (leader === arrival && made.has(command.commandId)) return { command, replayed: false };
      return judge(stored.get(command.commandId) ?? leader?.command ?? command, command);
    });
  }

  /** ON CONFLICT waited for the other transaction: its row is committed and never goes away. */
  private async storedOf(ids: readonly string[]): Promise<Map<string, Command>> {
    if (ids.length === 0) return new Map();
    const found = await this.transactions.read((reader) => this.commands.listByIds(reader, ids));
    return new Map(found.map((command) => [command.commandId, command]));
  }
}

/** What the one that came first means for one that came after it. */
function judge(stored: Command, incoming: Command): Outcome {
  const field = firstDifference(stored, incoming);
  return field === null
    ? { command: stored, replayed: true }
    : new CommandIdReused(incoming.commandId, field);
}
