import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import type { KeysetPosition, KeysetRow } from '@fusion-prime/kernel';
import { COMMAND_COLUMNS, toCommand, type CommandRow } from './command-row.js';
import { CommandNotFound, type Command, type CommandStatus } from './command.js';

export interface CommandFilter {
  workflowId?: string | undefined;
  accountRef?: string | undefined;
  status?: CommandStatus | undefined;
}

/** Commands that are locked, and the database's clock while they are. */
export interface LockedCommands {
  commands: Command[];
  now: Date;
}

@Injectable()
export class CommandRepository {
  /**
   * Locks those that exist, in the order of their ids, so that two batches never wait for each other.
   * The time is the database's, after the locks: what expires is decided by one clock.
   */
  async lockByIds(tx: Tx, commandIds: readonly string[]): Promise<LockedCommands> {
    const rows = await tx.query<(CommandRow & { now: Date })[]>(
      `WITH locked AS (
         SELECT ${COMMAND_COLUMNS} FROM settlement_commands
          WHERE command_id = ANY($1) ORDER BY command_id FOR NO KEY UPDATE)
       SELECT *, clock_timestamp() AS now FROM locked`,
      [commandIds],
    );
    return { commands: rows.map(toCommand), now: rows[0]?.now ?? new Date(0) };
  }

  async listByIds(reader: Reader, commandIds: readonly string[]): Promise<Command[]> {
    const rows = await reader.query<CommandRow[]>(
      `SELECT ${COMMAND_COLUMNS} FROM settlement_commands WHERE command_id = ANY($1)`,
      [commandIds],
    );
    return rows.map(toCommand);
  }

  /** @throws {CommandNotFound} */
  async getById(reader: Reader, commandId: string): Promise<Command> {
    const [command] = await this.listByIds(reader, [commandId]);
    if (command === undefined) throw new CommandNotFound(commandId);
    return command;
  }

  /** Newest first; reads one row more than asked, so that the caller knows whether a next page exists. */
  async list(
    reader: Reader,
    {
      filter,
      after,
      limit,
    }: { filter: CommandFilter; after: KeysetPosition | null; limit: number },
  ): Promise<KeysetRow<Command>[]> {
    const rows = await reader.query<(CommandRow & { position: string })[]>(
      `SELECT ${COMMAND_COLUMNS}, created_at::text AS position FROM settlement_commands
        WHERE ($1::varchar IS NULL OR workflow_id = $1)
          AND ($2::varchar IS NULL OR account_ref = $2)
          AND ($3::varchar IS NULL OR status = $3)
          AND ($4::timestamptz IS NULL OR (created_at, command_id) < ($4::timestamptz, $5::varchar))
        ORDER BY created_at DESC, command_id DESC
        LIMIT $6`,
      [
        filter.workflowId ?? null,
        filter.accountRef ?? null,
        filter.status ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit + 1,
      ],
    );
    return rows.map((row) => ({
      item: toCommand(row),
      position: [row.position, row.command_id],
    }));
  }
}
