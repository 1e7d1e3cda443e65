import {
  type ChainHead,
  type HashedRow,
  hashRow,
  type HistoryRow,
} from '../history/history-row.js';
import type { IndexStatement } from '../run/index-statement.js';
import type { Migration } from '../sources/migration.js';
import type { Captured } from './captured.js';

/** One line of work in a file that is one transaction. */
export type Unit =
  | { kind: 'statements'; captured: Captured }
  | { kind: 'row'; row: HashedRow; migration: Migration }
  /** Before a build: nobody has an index of that name. */
  | { kind: 'index-absent'; index: IndexStatement }
  /** After it: the file in between has been imported, and succeeded. */
  | { kind: 'index-settled'; index: IndexStatement };

/** One file: a transaction, or one statement that must be outside of any. */
export type Part = { before: Place; after: Place } & (
  { kind: 'transaction'; units: Unit[] } | { kind: 'outside'; captured: Captured }
);

/** Where a database's history stands. */
export interface Place {
  head: ChainHead;
  /** The row at the head; null for an empty history. */
  row: HashedRow | null;
}

/** What every exported row of one database says alike. */
export type RowBase = Omit<
  HistoryRow,
  'seq' | 'number' | 'name' | 'origin' | 'status' | 'sha256' | 'transaction_mode' | 'statements'
>;

/**
 * Deals migrations out to files, with the chain of history rows that they will append:
 *
 *   transactional …  │ index absent? · row `started` │ CREATE INDEX CONCURRENTLY │ settled? · row `applied` …
 *   ── one file ─────────────────────────────────────┘  a file of its own        └── the next file ────────
 *
 * That is what the engine itself does, so a stop between two files is what a crash of the engine leaves, and
 * `fp migrate up` goes on from there.
 */
export function partsOf(captured: readonly Captured[], start: Place, base: RowBase): Part[] {
  const parts: Part[] = [];
  let place = start;
  let units: Unit[] = [];
  let before = place;
  const close = (): void => {
    if (units.length > 0) parts.push({ kind: 'transaction', units, before, after: place });
    [units, before] = [[], place];
  };
  const append = (one: Captured, status: 'started' | 'applied'): void => {
    place = placeAfter(place, one, { base, status });
    if (place.row !== null) units.push({ kind: 'row', row: place.row, migration: one.migration });
  };
  for (const one of captured) {
    if (one.index === null) {
      units.push({ kind: 'statements', captured: one });
      append(one, 'applied');
      if (one.addsEnumValue) close();
      continue;
    }
    if (one.index.kind === 'create') units.push({ kind: 'index-absent', index: one.index });
    append(one, 'started');
    close();
    parts.push({ kind: 'outside', captured: one, before: place, after: place });
    units.push({ kind: 'index-settled', index: one.index });
    append(one, 'applied');
  }
  close();
  return parts;
}

function placeAfter(
  { head }: Place,
  { migration, statements }: Captured,
  { base, status }: { base: RowBase; status: 'started' | 'applied' },
): Place {
  const { number, name, origin, sha256, up } = migration;
  const started = status === 'started';
  const row: HistoryRow = {
    ...base,
    seq: (BigInt(head.seq) + 1n).toString(),
    number,
    name,
    origin,
    status,
    sha256,
    transaction_mode: up.transactional ? 'transaction' : 'none',
    statements: started ? '0' : String(statements.length),
    finished_at: started ? null : base.finished_at,
    duration_ms: started ? null : base.duration_ms,
  };
  const hash = hashRow(head.hash, row);
  return {
    head: { seq: row.seq, hash },
    row: { ...row, prev_hash: head.hash, hash },
  };
}
