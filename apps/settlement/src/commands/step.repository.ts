import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import { COMMAND_COLUMNS, toCommand, type CommandRow } from './command-row.js';
import { CommandNotFound, type Command, type CommandStatus, type Decision } from './command.js';
import type { Reason } from './reason.js';
import { NEXT_STATUSES } from './transition.js';

/** A command after a step, and who took it. */
export interface Step {
  before: CommandStatus;
  command: Command;
  actor: string;
}

/** A step as the history keeps it. */
export interface PastStep {
  seq: number;
  from: CommandStatus | null;
  to: CommandStatus;
  reason: Reason | null;
  actor: string;
  occurredAt: Date;
}

/** What the worker and the state machine write: statuses, their history, and when to look again. */
@Injectable()
export class StepRepository {
  /** Saves steps of locked commands and their history in one statement. */
  async save(tx: Tx, steps: readonly Step[]): Promise<void> {
    const of = <T>(read: (step: Step) => T): T[] => steps.map(read);
    await tx.query(
      `WITH steps AS (
         SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::int[], $5::varchar[],
           $6::varchar[], $7::uuid[], $8::timestamptz[], $9::varchar[], $10::boolean[])
           AS s(command_id, before, status, version, reason, decision, hold_id, at, actor, final)),
       past AS (
         INSERT INTO settlement_command_history
           (command_id, seq, from_status, to_status, reason_code, actor, occurred_at)
         SELECT command_id, version, before, status, reason, actor, at FROM steps)
       UPDATE settlement_commands c
          SET status = s.status, version = s.version, reason_code = s.reason, decision = s.decision,
              hold_id = s.hold_id, last_updated = s.at, attempts = 0,
              due_at = CASE WHEN NOT s.final THEN c.due_at END,
              leased_until = CASE WHEN NOT s.final THEN c.leased_until END
         FROM steps s WHERE c.command_id = s.command_id`,
      [
        of(({ command }) => command.commandId),
        of(({ before }) => before),
        of(({ command }) => command.status),
        of(({ command }) => command.version),
        of(({ command }) => command.reason),
        of(({ command }) => command.decision),
        of(({ command }) => command.holdId),
        of(({ command }) => command.lastUpdated),
        of(({ actor }) => actor),
        // Settled is final for the worker: only a client reverses.
        of(({ command: { status } }) => status === 'settled' || NEXT_STATUSES[status].length === 0),
      ],
    );
  }

  /**
   * Takes due commands for a while: whoever else looks passes them by. A worker that dies leaves them to
   * the next one when the lease has run out.
   */
  async claimDue(
    tx: Tx,
    { limit, leaseMs }: { limit: number; leaseMs: number },
  ): Promise<Command[]> {
    const rows = await tx.query<[CommandRow[], number]>(
      `WITH due AS MATERIALIZED (
         SELECT command_id FROM settlement_commands
          WHERE due_at <= now() AND (leased_until IS NULL OR leased_until <= now())
          ORDER BY due_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE settlement_commands c SET leased_until = now() + $2 * interval '1 ms'
         FROM due WHERE c.command_id = due.command_id
       RETURNING ${COMMAND_COLUMNS.replaceAll(/\bcommand_id\b/g, 'c.command_id')}`,
      [limit, leaseMs],
    );
    return rows[0].map(toCommand);
  }

  /** Compliance wants to be waited for: nothing is due before its answer, or the command's end. */
  async wait(tx: Tx, commandIds: readonly string[], decision: Decision): Promise<void> {
    await tx.query(
      `UPDATE settlement_commands
          SET decision = $2, due_at = expires_at, leased_until = NULL, attempts = 0
        WHERE command_id = ANY($1)`,
      [commandIds, decision],
    );
  }

  /**
   * The worker could not get on with them: later, and later each time. Those that ended meanwhile, or wait for
   * somebody else, are due to nobody and stay so.
   */
  async postpone(
    tx: Tx,
    commandIds: readonly string[],
    { baseMs, maxMs }: { baseMs: number; maxMs: number },
  ): Promise<void> {
    await tx.query(
      `UPDATE settlement_commands
          SET attempts = attempts + 1, leased_until = NULL,
              due_at = now() + least($2 * 2.0 ^ least(attempts, 20), $3) * interval '1 ms'
        WHERE command_id = ANY($1) AND due_at IS NOT NULL`,
      [commandIds, baseMs, maxMs],
    );
  }

  /** Makes commands due now that are not at their end: something they waited for has happened. */
  async wake(tx: Tx, commandIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE settlement_commands SET due_at = now(), leased_until = NULL
        WHERE command_id = ANY($1) AND status IN ('received', 'validated', 'executed')`,
      [commandIds],
    );
  }

  /** All steps, oldest first. @throws {CommandNotFound} */
  async history(reader: Reader, commandId: string): Promise<PastStep[]> {
    const rows = await reader.query<
      (Omit<PastStep, 'seq'> & { seq: number | null; occurred_at: Date })[]
    >(
      `SELECT h.seq, h.from_status AS "from", h.to_status AS "to", h.reason_code AS reason, h.actor,
              h.occurred_at
         FROM settlement_commands c LEFT JOIN settlement_command_history h USING (command_id)
        WHERE c.command_id = $1 ORDER BY h.seq`,
      [commandId],
    );
    if (rows.length === 0) throw new CommandNotFound(commandId);
    return rows.flatMap(({ seq, from, to, reason, actor, occurred_at }) =>
      seq === null ? [] : [{ seq, from, to, reason, actor, occurredAt: occurred_at }],
    );
  }
}
