import type { RangeVar } from 'libpg-query';
import type { RawFinding } from '../finding.js';
import type { LintStatement } from '../parse-file.js';
import type { RuleId } from '../rules/rule-list.js';
import { RULES } from '../rules/rule-list.js';
import type { Hazard, Level } from '../rules/rule.js';
import { type Schema, shown, type Table } from '../schema/schema.js';
import { type LockMode, TransactionState } from './transaction-state.js';

/** A table that somebody uses while this runs. */
export interface Live {
  key: string;
  /** As it is written in messages and fixes. */
  name: string;
  /** Undefined when no file makes it: then nothing is known of it. */
  table: Table | undefined;
}

interface Said {
  message: string;
  fix: string;
  /** Byte of the part that is meant; the statement's own when undefined. */
  at?: number | undefined;
  tables?: readonly (Live | Table)[];
  level?: Level;
  hazard?: Hazard;
}

export interface JudgementOptions {
  file: string;
  schema: Schema;
  transaction: TransactionState;
  /** Major version of the server that it is meant for. */
  target: number;
  /** The statements that follow in the same file. */
  later: readonly LintStatement[];
  statement: LintStatement;
}

/** What a rule sees of one statement, and where it says what it found. */
export class Judgement {
  readonly findings: RawFinding[] = [];

  constructor(private readonly options: JudgementOptions) {}

  get schema(): Schema {
    return this.options.schema;
  }
  get transaction(): TransactionState {
    return this.options.transaction;
  }
  get target(): number {
    return this.options.target;
  }
  get statement(): LintStatement {
    return this.options.statement;
  }
  get later(): readonly LintStatement[] {
    return this.options.later;
  }

  report(rule: RuleId, { message, fix, at, tables = [], level, hazard }: Said): void {
    const { statement, file } = this.options;
    this.findings.push({
      rule,
      hazard: hazard ?? RULES[rule].hazard,
      level: level ?? RULES[rule].level,
      file,
      line: statement.lineOf(at),
      message,
      fix,
      statement: statement.index,
      tables: tables.map(({ key }) => key),
      suppressed: null,
    });
  }

  /** The table, when it holds rows that somebody uses; null for what this run made, and for views. */
  live(relation: RangeVar | undefined): Live | null {
    if (relation?.relname === undefined) return null;
    return this.liveKey(this.schema.keyOf(relation), relation);
  }

  liveKey(key: string, relation?: RangeVar): Live | null {
    if (/^(pg_catalog|information_schema|pg_temp)\./.test(key)) return null;
    const table = this.schema.tables.get(key);
    if (table === undefined) return this.unknown(key, relation);
    if (table.isNew || table.kind === 'view' || table.kind === 'temporary') return null;
    return { key, name: shown(key), table };
  }

  private unknown(key: string, relation: RangeVar | undefined): Live {
    if (this.transaction.unknown.has(key)) return { key, name: shown(key), table: undefined };
    this.transaction.unknown.add(key);
    this.report('unknown-table', {
      message: `No file before this one makes ${shown(key)}; it is judged as a live table with rows.`,
      fix: `Add the file that makes ${shown(key)}, or lint the whole folder.`,
      at: relation?.location,
      tables: [{ key, name: shown(key), table: undefined }],
    });
    return { key, name: shown(key), table: undefined };
  }

  /** Notes a lock that lasts until the end of the transaction, and says when it is one table too many. */
  lock(live: Live, mode: LockMode): void {
    const other = this.transaction.lock(live.key, mode, this.statement);
    if (other === null) return;
    this.report('several-tables-locked', {
      message: `ACCESS EXCLUSIVE on ${live.name} while the transaction still holds it on ${shown(other)}: whoever uses both in another order deadlocks with it, and both wait for the longer one.`,
      fix: `Put what changes ${live.name} into a migration of its own.`,
      tables: [live],
    });
  }

  /** Something slow runs now: what an earlier statement locked stays locked for as long. */
  scansNow(what: string): void {
    const held = this.transaction.blockedBefore(this.statement);
    if (held === null) return;
    const table = shown(held.table);
    this.report('scan-under-lock', {
      message: `${what} takes time that grows with the table, and line ${held.line} of the same transaction holds ${held.mode} on ${table} until the end.`,
      fix: `Put ${what} into a migration of its own, after this one.`,
      tables: [{ key: held.table, name: table, table: undefined }],
      hazard: held.mode === 'ACCESS EXCLUSIVE' ? 'blocks-reads' : 'blocks-writes',
    });
  }
}
