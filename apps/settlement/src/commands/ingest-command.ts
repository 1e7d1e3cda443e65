import { Inject, Injectable } from '@nestjs/common';
import { classifyDatabaseError, Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { SETTLEMENT_CONFIG, type SettlementConfig } from '../settlement.config.js';
import { leadersOf, outcomesOf, type Ingested, type Outcome } from './admission.js';
import { CommandIdReused, receive, type Command, type CommandOrder } from './command.js';
import { BulkRefused } from './bulk.js';
import { CommandRepository } from './command.repository.js';
import { GroupCommit } from './group-commit.js';
import { ReceiveCommands, type Arrival } from './receive-commands.js';

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

  /**
   * Takes many in with one statement; outcomes in their order.
   *
   * @param atomic with which one refusal is the end of all @throws {BulkRefused} then
   */
  async executeMany(
    orders: readonly CommandOrder[],
    { actor, atomic }: { actor: string; atomic: boolean },
  ): Promise<Outcome[]> {
    const arrivals = orders.map((order) => this.arrival(order, actor));
    return atomic ? this.writeAtomically(arrivals) : this.write(arrivals);
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
    const leaders = leadersOf(arrivals);
    const made = await this.transactions.one((tx) =>
      this.receiveCommands.execute(tx, [...leaders.values()]),
    );
    const stored = await this.storedOf([...leaders.keys()].filter((id) => !made.has(id)));
    return outcomesOf(arrivals, { made, stored });
  }

  private async writeAtomically(arrivals: readonly Arrival[]): Promise<Outcome[]> {
    return this.transactions.run(async (tx) => {
      const leaders = leadersOf(arrivals);
      const made = await this.receiveCommands.execute(tx, [...leaders.values()]);
      const missing = [...leaders.keys()].filter((id) => !made.has(id));
      const stored = byId(await this.commands.listByIds(tx, missing));
      const outcomes = outcomesOf(arrivals, { made, stored });
      const refused = outcomes.findIndex((outcome) => outcome instanceof CommandIdReused);
      if (refused !== -1) throw new BulkRefused(refused, outcomes[refused] as CommandIdReused);
      return outcomes;
    });
  }

  /** ON CONFLICT waited for the other transaction: its row is committed and never goes away. */
  private async storedOf(ids: readonly string[]): Promise<Map<string, Command>> {
    if (ids.length === 0) return new Map();
    const found = await this.transactions.read((reader) => this.commands.listByIds(reader, ids));
    return byId(found);
  }
}

function byId(commands: readonly Command[]): Map<string, Command> {
  return new Map(commands.map((command) => [command.commandId, command]));
}
