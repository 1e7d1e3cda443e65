import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import { SEARCHED_ROWS, type KeysetPosition, type SearchedRow } from '@fusion-prime/kernel';
import { toSearchedRow, type ListedRow } from '../listed-row.js';
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

export interface CommandSearch {
  filter: CommandFilter;
  after: KeysetPosition | null;
  limit: number;
  /** How many commands are looked at for what no index knows. */
  stretch?: number;
}

const WANTED = `($4::varchar IS NULL OR account_ref = $4) AND ($5::varchar IS NULL OR status = $5)`;

// Before the first page: nothing is as new as that.
const NEWEST: KeysetPosition = ['infinity', ''];

/**
 * Along the index of everything, or of one workflow or account. No index knows the status: with it each step of
 * a command would write all of them anew, for it could not be HOT. So the inner LIMIT bounds what is looked at,
 * below which PostgreSQL puts no condition; the outer one stops earlier when the page is full.
 */
function listSql(key?: 'workflow_id' | 'account_ref'): string {
  const place = [...(key === undefined ? [] : [key]), 'created_at', 'command_id'];
  const order = `ORDER BY ${place.map((column) => `${column} DESC`).join(', ')}`;
  // From its place in the index down to the first of the key. With an equality the planner may take the index of
  // everything for a key that much of the list has, and read all that came after that key's last command.
  const [after, downTo] =
    key === undefined
      ? ['$1::timestamptz, $2', 'true']
      : ['$7, $1::timestamptz, $2', `${key} >= $7`];
  return `
  SELECT *, created_at::text AS position, (${WANTED}) AS wanted, nth = $3 AS last
    FROM (SELECT ${COMMAND_COLUMNS}, row_number() OVER (${order} ROWS UNBOUNDED PRECEDING) AS nth
            FROM settlement_commands
           WHERE (${place.join(', ')}) < (${after}) AND ${downTo}
           ${order} LIMIT $3::int) AS looked_at
   WHERE (${WANTED}) OR nth = $3
   ${order} LIMIT $6`;
}

const LIST = listSql();
const LIST_OF = { workflow: listSql('workflow_id'), account: listSql('account_ref') };

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

  /** Newest first, no more than a stretch of them: {@link SearchedRow}. */
  async list(
    reader: Reader,
    { filter, after, limit, stretch = SEARCHED_ROWS }: CommandSearch,
  ): Promise<SearchedRow<Command>[]> {
    const { sql, key, searched } = wayIn(filter);
    const lookedAt = searched.some((value) => value !== null) ? stretch : limit + 1;
    const rows = await reader.query<(CommandRow & ListedRow)[]>(sql, [
      ...(after ?? NEWEST),
      lookedAt,
      ...searched,
      limit + 1,
      ...key,
    ]);
    return rows.map((row) => toSearchedRow(row, row.command_id, toCommand(row)));
  }
}

interface WayIn {
  sql: string;
  /** Of the workflow or account whose commands are listed. */
  key: string[];
  /** The account and the status that are looked for among them. */
  searched: (string | null)[];
}

function wayIn({ workflowId, accountRef, status }: CommandFilter): WayIn {
  if (workflowId !== undefined) {
    const searched = [accountRef ?? null, status ?? null];
    return { sql: LIST_OF.workflow, key: [workflowId], searched };
  }
  const searched = [null, status ?? null];
  if (accountRef === undefined) return { sql: LIST, key: [], searched };
  return { sql: LIST_OF.account, key: [accountRef], searched };
}
