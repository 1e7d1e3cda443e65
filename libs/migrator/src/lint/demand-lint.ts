import type pg from 'pg';
import type { Demand } from '../fleet/fleet-check.js';
import { type DatabaseState, UNNAMED_ENVIRONMENTS } from '../fleet/inspect.js';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import type { Migration } from '../sources/migration.js';
import { growsWithSize, type RawFinding } from './finding.js';
import type { LintedFile } from './lint-run.js';
import { standing } from './report.js';
import type { Hazard } from './rules/rule.js';

// Fewer rows are read or written anew in the time that a query takes anyway.
const SMALL_ROWS = 10_000;
// A table that was never analysed says nothing of its rows; 128 pages hold some thousands.
const SMALL_BYTES = 1_048_576;
// Loss has its own demand (--allow-data-loss); the engine looks at an index after it was built.
const NOT_ASKED: readonly Hazard[] = ['loses-data', 'invalid-index'];

/**
 * Refuses what lint calls an error, judged by rule with what is applied here as the live database. What
 * hurts only as much as a table is large does not count for tables that are small here. Databases of one
 * folder at one version are judged once.
 *
 * @throws {MigrationRefused} LINT_FAILED
 */
export function demandLint(): Demand {
  const judged = new Map<string, Promise<LintedFile[]>>();
  return async ({ database, comparison, state, target }, steps) => {
    const pending = steps
      .filter(({ direction }) => direction === 'up')
      .map((step) => step.migration);
    // In an empty database nothing can be hurt, and what the server refuses it refuses by itself.
    if (pending.length === 0 || comparison.applied.length === 0) return;
    const major = Math.trunc(state.serverVersion / 10_000);
    const { migrations: folder, name } = database;
    const numbers = [...comparison.applied, ...pending].map(({ number }) => number);
    const key = [folder, major, comparison.applied.length, ...numbers].join(' ');
    const files = judged.get(key) ?? judge({ folder, major }, comparison.applied, pending);
    judged.set(key, files);
    const errors = (await files)
      .flatMap(({ findings }) => standing(findings))
      .filter(({ level, hazard }) => level === 'error' && !spared(hazard, state));
    if (errors.length === 0) return;
    const client = await openSession(target, name);
    try {
      const left = await hurting(client, errors);
      if (left.length > 0) refuse(name, left);
    } finally {
      await closeSession(client);
    }
  };
}

/** Where a slip costs nothing, no older version runs beside the new one. */
function spared(hazard: Hazard, { identity }: DatabaseState): boolean {
  if (NOT_ASKED.includes(hazard)) return true;
  return hazard === 'breaks-running-app' && UNNAMED_ENVIRONMENTS.includes(identity.environment);
}

async function judge(
  { folder, major }: { folder: string; major: number },
  applied: readonly Migration[],
  pending: readonly Migration[],
): Promise<LintedFile[]> {
  const [{ lintSources }, { sourcesOf }] = await Promise.all([
    import('./lint.js'),
    import('./sources.js'),
  ]);
  return lintSources(await sourcesOf(applied, folder), await sourcesOf(pending, folder), {
    target: major,
  });
}

interface Size {
  name: string;
  rows: number;
  bytes: string;
}

/** Partitions count with their parent. */
const SIZE_SQL = `
  SELECT w.name, sum(greatest(c.reltuples, 0))::float8 AS rows, sum(pg_relation_size(c.oid)) AS bytes
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (name, schema, relation)
  JOIN pg_namespace n ON n.nspname = w.schema
  JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = w.relation
  JOIN pg_class c ON c.oid = t.oid OR c.oid IN (SELECT relid FROM pg_partition_tree(t.oid))
  GROUP BY w.name`;

/** Leaves out what cannot hurt here: the tables are small, or not there at all. */
async function hurting(client: pg.Client, errors: readonly RawFinding[]): Promise<RawFinding[]> {
  const names = [...new Set(errors.flatMap(({ tables }) => tables))];
  const parts = names.map((name) => [
    name.slice(0, name.indexOf('.')),
    name.slice(name.indexOf('.') + 1),
  ]);
  const { rows } = await client.query<Size>(SIZE_SQL, [
    names,
    parts.map(([schema]) => schema),
    parts.map(([, relation]) => relation),
  ]);
  const sizes = new Map(rows.map((row) => [row.name, row]));
  return errors.filter((finding) => hurts(finding, sizes));
}

function hurts(finding: RawFinding, sizes: ReadonlyMap<string, Size>): boolean {
  if (finding.tables.length === 0) return true;
  const known = finding.tables.flatMap((name) => sizes.get(name) ?? []);
  // Made by something that the rules could not read, or gone already.
  if (known.length === 0) return false;
  if (finding.rule === 'add-column-required') return known.some(({ bytes }) => Number(bytes) > 0);
  if (!growsWithSize(finding)) return true;
  return known.some(
    ({ rows, bytes }) => rows >= SMALL_ROWS || (rows === 0 && Number(bytes) > SMALL_BYTES),
  );
}

// More would push the way out off the screen.
const MOST_SHOWN = 5;

function refuse(database: string, findings: readonly RawFinding[]): never {
  const lines = findings
    .slice(0, MOST_SHOWN)
    .map(
      ({ file, line, rule, message, fix }) => `  ${file}:${line} ${rule}: ${message}\n    ${fix}`,
    );
  const more = findings.length > MOST_SHOWN ? [`  and ${findings.length - MOST_SHOWN} more`] : [];
  throw new MigrationRefused(
    'LINT_FAILED',
    [
      `${database}: what is pending would hurt the live database; nothing was changed:`,
      ...lines,
      ...more,
      `  see  npx fp migrate lint --only ${database} ; when it is meant, say so at the statement:  -- migrate: ignore RULE reason="…"  (or run with --no-lint)`,
    ].join('\n'),
  );
}
