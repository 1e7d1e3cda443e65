import { measureStatements } from '../measure/measure.js';
import { replay } from '../replay/replay.js';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import type { Shadow } from '../shadow/shadow.js';
import { label, type Migration } from '../sources/migration.js';
import { rehearse } from '../sources/rehearsal.js';
import { splitStatements, statementsOf } from '../sources/statements.js';
import { locksByRule } from './lock-by-rule.js';
import type { PlannedStatement } from './report.js';

type Statements = PlannedStatement[] | null;

/**
 * Runs what is pending on a shadow that is where the live database is, and tells what each statement did.
 *
 * @throws {MigrationRefused} MIGRATION_FAILED: it would fail in earnest as well
 */
export async function measuredStatements(
  shadow: Shadow,
  service: string,
  { applied, pending }: { applied: readonly Migration[]; pending: readonly Migration[] },
): Promise<Statements[]> {
  const database = await shadow.createDatabase(service);
  const client = await openSession(database.owner, service);
  const up = (migration: Migration) => ({ migration, direction: 'up' }) as const;
  try {
    await replay(client, applied.map(up));
    const planned: Statements[] = [];
    for (const { step, statements } of await measureStatements(client, pending.map(up))) {
      const failed = statements.find(({ error }) => error !== null);
      if (failed !== undefined) refuseFailing(step.migration, failed);
      const { transactional } = step.migration.up;
      planned.push(
        await Promise.all(
          statements.map(async ({ sql, line, locks, rewrites, scans }) => ({
            ...{ sql, line, rewrites, scans, estimateMs: null, measured: true },
            locks: transactional ? locks : await ruledLocks(sql, label(step.migration)),
          })),
        ),
      );
    }
    return planned;
  } finally {
    await closeSession(client);
  }
}

function refuseFailing(
  migration: Migration,
  failed: { line: number; error: { sqlstate: string; message: string } | null },
): never {
  const { error, line } = failed;
  throw new MigrationRefused(
    'MIGRATION_FAILED',
    `${label(migration)} fails on the shadow at line ${line}: ${error?.message} (SQLSTATE ${error?.sqlstate})`,
  );
}

/** What the files say, and classes as far as a rehearsal tells. Runs nothing. */
export async function ruledStatements(pending: readonly Migration[]): Promise<Statements[]> {
  const planned: Statements[] = [];
  for (const migration of pending) planned.push(await ruled(migration));
  return planned;
}

async function ruled(migration: Migration): Promise<Statements> {
  const { up } = migration;
  const unknown = { rewrites: [], scans: [], estimateMs: null, measured: false };
  if (up.kind === 'sql') {
    const statements = await statementsOf(up);
    return statements.map(({ sql, line, ...rest }) => ({
      ...{ sql, line, ...unknown },
      locks: locksByRule(rest),
    }));
  }
  const queries = await rehearse(up);
  if (queries === null) return null;
  const planned: PlannedStatement[] = [];
  for (const sql of queries) {
    const locks = await ruledLocks(sql, label(migration));
    planned.push({ sql, line: 1, locks, ...unknown });
  }
  return planned;
}

async function ruledLocks(sql: string, origin: string): Promise<PlannedStatement['locks']> {
  return (await splitStatements(sql, origin)).flatMap(locksByRule);
}
