import type pg from 'pg';

/** A table, view or index as one transaction sees it at one moment. */
interface RelationState {
  oid: number;
  name: string;
  /** pg_class.relkind: r table, p partitioned, m materialized view, i and I indexes. */
  kind: string;
  /** Number of the file that holds it; null for those without rows of their own. */
  node: number | null;
  /** Times it was read from end to end in this transaction. */
  scans: number;
  /** Modes of this backend's locks on it. */
  modes: string[];
}

/** By oid: a name may change its owner in between. */
export type Snapshot = ReadonlyMap<number, RelationState>;

// Asks the catalogue alone, so looking takes no lock on what is looked at.
const SNAPSHOT_SQL = `
  SELECT c.oid::int8 AS oid, n.nspname || '.' || c.relname AS name, c.relkind::text AS kind,
         pg_relation_filenode(c.oid)::int8 AS node, pg_stat_get_xact_numscans(c.oid) AS scans,
         coalesce(l.modes, '{}') AS modes
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN (SELECT relation, array_agg(mode ORDER BY mode) AS modes FROM pg_locks
             WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
             GROUP BY relation) l ON l.relation = c.oid
  WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;

type Row = Record<'oid' | 'scans' | 'node', string | null> & {
  name: string;
  kind: string;
  modes: string[];
};

export async function takeSnapshot(client: pg.Client): Promise<Snapshot> {
  const { rows } = await client.query<Row>(SNAPSHOT_SQL);
  return new Map(
    rows.map(({ oid, name, kind, node, scans, modes }) => [
      Number(oid),
      {
        oid: Number(oid),
        name,
        kind,
        node: node === null ? null : Number(node),
        scans: Number(scans),
        modes,
      },
    ]),
  );
}

export interface MeasuredLock {
  relation: string;
  /** As PostgreSQL's documentation names it: `ACCESS EXCLUSIVE`. */
  mode: string;
}

/** What one statement did to relations that were there before it. */
export interface Effects {
  /** Locks on tables that it took and that last until the end of the transaction. */
  locks: MeasuredLock[];
  /** Tables that got a new file: every row was written. */
  rewrites: string[];
  /** Tables that were read from end to end. */
  scans: string[];
}

/** What happened between two looks, to those of `among` (default: all that stood at the first). */
export function effectsBetween(
  before: Snapshot,
  after: Snapshot,
  among: ReadonlySet<number> = new Set(before.keys()),
): Effects {
  const effects: Effects = { locks: [], rewrites: [], scans: [] };
  for (const was of before.values()) {
    if (!among.has(was.oid)) continue;
    const now = after.get(was.oid);
    // What is done to an index is done under a lock on its table.
    if (!['r', 'p', 'm'].includes(was.kind)) continue;
    for (const mode of now?.modes ?? []) {
      const isNew = !was.modes.includes(mode) && mode !== 'AccessShareLock';
      if (isNew) effects.locks.push({ relation: was.name, mode: spoken(mode) });
    }
    if (now === undefined) continue;
    if (now.node !== was.node) effects.rewrites.push(was.name);
    if (now.scans > was.scans) effects.scans.push(was.name);
  }
  return effects;
}

/** `ShareRowExclusiveLock` → `SHARE ROW EXCLUSIVE`. */
function spoken(mode: string): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}
