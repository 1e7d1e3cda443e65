import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, formatAmount } from '@fusion-prime/kernel';
import { ComplianceClient } from '../compliance/compliance-client.js';
import { asComplete, type Command, type Decision } from './command.js';
import { DecideCommands } from './decide-commands.js';
import { hasLapsed } from './transition.js';

@Injectable()
export class ValidateCommands {
  constructor(
    private readonly transactions: Transactions,
    private readonly compliance: ComplianceClient,
    private readonly decideCommands: DecideCommands,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks compliance about received commands, all at once and outside any transaction, then holds the funds
   * of those it approves.
   *
   * @throws {ComplianceUnavailable} with nothing changed
   */
  async execute(received: readonly Command[], actor: string): Promise<Command[]> {
    const now = this.clock.now();
    const open = received.map(asComplete).filter((whole) => typeof whole !== 'string');
    const judged = await this.compliance.evaluate(
      open
        .filter((command) => !hasLapsed(command, now))
        .map(({ commandId, payer, payee, assetSymbol, amount }) => ({
          settlementId: commandId,
          payer,
          payee,
          assetSymbol,
          amount: formatAmount(amount),
        })),
    );
    const decisions = new Map<string, Decision | null>(
      received.map(({ commandId }) => [commandId, judged.get(commandId) ?? null]),
    );
    return this.transactions.run((tx) => this.decideCommands.execute(tx, decisions, actor));
  }
}
