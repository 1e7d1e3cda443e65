import type { ClusterStmt, LockStmt, RefreshMatViewStmt, VacuumStmt } from 'libpg-query';
import { hasOption, inner } from '../tree.js';
import type { Judgement } from './judgement.js';

export function judgeCluster(at: Judgement, node: ClusterStmt): void {
  const live = node.relation === undefined ? null : at.live(node.relation);
  if (node.relation !== undefined && live === null) return;
  const name = live?.name ?? 'every clustered table';
  at.report('cluster', {
    message: `CLUSTER writes ${name} anew under ACCESS EXCLUSIVE: no reads, no writes meanwhile.`,
    fix: `pg_repack does it while the table is in use; or leave the order to an index.`,
    tables: live === null ? [] : [live],
  });
}

export function judgeVacuum(at: Judgement, node: VacuumStmt): void {
  if (node.is_vacuumcmd !== true || !hasOption(node.options, 'full')) return;
  const relations = (node.rels ?? []).map(
    (rel) => inner<{ relation?: never }>(rel, 'VacuumRelation')?.relation,
  );
  const live = relations.flatMap((relation) => at.live(relation) ?? []);
  if (relations.length > 0 && live.length === 0) return;
  const name = live.map((one) => one.name).join(', ') || 'every table';
  at.report('vacuum-full', {
    message: `VACUUM FULL writes ${name} anew under ACCESS EXCLUSIVE: no reads, no writes meanwhile.`,
    fix: `VACUUM ${name}; gives the space back for new rows; pg_repack shrinks the file while the table is in use.`,
    tables: live,
  });
}

export function judgeRefresh(at: Judgement, node: RefreshMatViewStmt): void {
  const live = at.live(node.relation);
  if (live === null) return;
  if (node.skipData === true) {
    at.report('refresh-not-concurrently', {
      message: `WITH NO DATA empties ${live.name}: every query of it fails (55000) until it is refreshed.`,
      fix: `REFRESH MATERIALIZED VIEW CONCURRENTLY ${live.name}; with a unique index on it.`,
      tables: [live],
      hazard: 'breaks-running-app',
    });
    return;
  }
  at.scansNow(`REFRESH MATERIALIZED VIEW ${live.name}`);
  const unique = at.schema.indexesOf(live.key).some((index) => index.unique && index.plain);
  if (node.concurrent === true && live.table !== undefined && !unique) {
    at.report('refresh-without-unique-index', {
      message: `CONCURRENTLY compares rows by a unique index over plain columns without WHERE; ${live.name} has none (55000).`,
      fix: `CREATE UNIQUE INDEX CONCURRENTLY ${live.name}_key ON ${live.name} (…); in a migration before.`,
      tables: [live],
    });
  }
  if (node.concurrent === true) return;
  at.report('refresh-not-concurrently', {
    message: `ACCESS EXCLUSIVE on ${live.name}: nobody reads it until its query has run.`,
    fix: `REFRESH MATERIALIZED VIEW CONCURRENTLY ${live.name}; with a unique index on it.`,
    tables: [live],
  });
}

// pg_locks numbers of LockStmt: 5 SHARE, 6 SHARE ROW EXCLUSIVE, 7 EXCLUSIVE, 8 ACCESS EXCLUSIVE.
const SHARE = 5;
const ACCESS_EXCLUSIVE = 8;

export function judgeLock(at: Judgement, node: LockStmt): void {
  const mode = node.mode ?? ACCESS_EXCLUSIVE;
  if (mode < SHARE) return;
  for (const relation of node.relations ?? []) {
    const live = at.live(inner(relation, 'RangeVar'));
    if (live === null) continue;
    const exclusive = mode === ACCESS_EXCLUSIVE;
    at.lock(live, exclusive ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE');
    at.report('explicit-lock', {
      message: `${live.name} takes no ${exclusive ? 'reads and no writes' : 'writes'} until this transaction ends.`,
      fix: `Leave it out: each statement takes the weakest lock that it needs; or lock ROW SHARE and the rows that are meant.`,
      tables: [live],
      hazard: exclusive ? 'blocks-reads' : 'blocks-writes',
    });
  }
}
