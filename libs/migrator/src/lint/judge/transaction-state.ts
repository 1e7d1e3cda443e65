import type { LintStatement } from '../parse-file.js';

export type LockMode =
  'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE' | 'SHARE UPDATE EXCLUSIVE';

interface Held {
  table: string;
  mode: LockMode;
  line: number;
  statement: number;
}

interface Written {
  table: string;
  line: number;
  statement: number;
}

/** What the statements before have done in the transaction that is still open. */
export class TransactionState {
  /** NOT VALID constraints added here, as `table.constraint`. */
  readonly notValid = new Set<string>();
  /** Enum values added here, of enums that were there before. */
  readonly enumValues: { type: string; value: string; line: number }[] = [];
  /** Enums made in this very transaction: their values may be used at once. */
  readonly madeTypes = new Set<string>();
  /** Rows of live tables written here, more than a few. */
  written: Written | null = null;
  utc = false;
  private readonly held: Held[] = [];
  private severalSaid = false;
  private mixedSaid = false;

  /** @param unknown tables that nobody made, which is said once for the whole run */
  constructor(
    readonly transactional: boolean,
    readonly unknown: Set<string>,
  ) {}

  /** @returns the other table that is held ACCESS EXCLUSIVE already; null when there is none, or it was said */
  lock(table: string, mode: LockMode, { line, index }: LintStatement): string | null {
    if (!this.transactional) return null;
    const exclusive = (held: Held): boolean => held.mode === 'ACCESS EXCLUSIVE';
    const other = this.held.find((held) => exclusive(held) && held.table !== table);
    this.held.push({ table, mode, line, statement: index });
    if (other === undefined || mode !== 'ACCESS EXCLUSIVE' || this.severalSaid) return null;
    // Tables that one statement takes together are that statement's own affair.
    if (other.statement === index) return null;
    this.severalSaid = true;
    return other.table;
  }

  /** A lock that keeps writers out, taken by an earlier statement. */
  blockedBefore({ index }: LintStatement): Held | null {
    const blocking = this.held.filter(
      ({ mode, statement }) => mode !== 'SHARE UPDATE EXCLUSIVE' && statement !== index,
    );
    return blocking.find(({ mode }) => mode === 'ACCESS EXCLUSIVE') ?? blocking[0] ?? null;
  }

  /** The same, by this very statement. */
  blockedNow({ index }: LintStatement): Held | null {
    const held = this.held.find(
      ({ mode, statement }) => mode !== 'SHARE UPDATE EXCLUSIVE' && statement === index,
    );
    return held ?? null;
  }

  /** True once: one finding for a transaction says enough. */
  sayMixed(): boolean {
    const first = !this.mixedSaid;
    this.mixedSaid = true;
    return first;
  }
}
