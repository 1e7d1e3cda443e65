import { basename } from 'node:path';
import type { FleetDatabase } from '../fleet/fleet.js';
import { survey } from '../fleet/preflight.js';
import type { Shadow } from '../shadow/shadow.js';
import { Shadows } from '../shadow/shadows.js';
import { loadMigrations } from '../sources/load-migrations.js';
import type { Migration } from '../sources/migration.js';
import { type LintOptions, lintSources } from './lint.js';
import type { LintedFile } from './lint-run.js';
import { compareVersions } from './read-folder.js';
import { sourcesOf } from './sources.js';

export interface LintFleetOptions extends Omit<LintOptions, 'target'> {
  /** For all of them; undefined: what each database's history says, where its URL is known. */
  baseApplied?: string | undefined;
  /** Undefined: what each server says, where it is asked. */
  target?: number | undefined;
  environment?: string | undefined;
}

const NEWEST_SERVER = 18;

/**
 * Judges the folders of a fleet, classes by what they send. Databases of one folder at one version are
 * judged once. A database is asked for its history only where that decides.
 *
 * @throws {MigrationRefused} anything that is wrong with a folder, or with a database that is asked
 */
export async function lintFleet(
  databases: readonly FleetDatabase[],
  options: LintFleetOptions,
): Promise<LintedFile[]> {
  const { shadow } = options;
  const shadows = new Shadows(shadow?.url, databases);
  const open = (majorVersion: number): Promise<Shadow> => shadows.of(majorVersion);
  const shared = shadow === undefined ? options : { ...options, shadow: { open } };
  try {
    return await lintAll(databases, shared);
  } finally {
    await shadows.stop();
  }
}

async function lintAll(
  databases: readonly FleetDatabase[],
  options: LintFleetOptions,
): Promise<LintedFile[]> {
  const files: LintedFile[] = [];
  const seen = new Set<string>();
  for (const database of databases) {
    const { migrations, applied, target } = await standingOf(database, options);
    const key = [database.migrations, target, applied].join(' ');
    if (seen.has(key)) continue;
    seen.add(key);
    const sources = await sourcesOf(migrations, database.migrations);
    const [base, judged] = [sources.slice(0, applied), sources.slice(applied)];
    const linted = await lintSources(base, judged, { ...options, target });
    files.push(...linted.map((file) => within(database, file)));
  }
  return files;
}

interface Standing {
  migrations: Migration[];
  applied: number;
  target: number;
}

async function standingOf(database: FleetDatabase, options: LintFleetOptions): Promise<Standing> {
  const { baseApplied, target = NEWEST_SERVER, environment } = options;
  const known = database.migrateUrl ?? database.url;
  if (baseApplied !== undefined || known === undefined) {
    const migrations = await loadMigrations(database.migrations);
    const isBase = ({ number }: Migration): boolean =>
      compareVersions(number, baseApplied ?? '0') <= 0;
    return { migrations, applied: migrations.filter(isBase).length, target };
  }
  const { migrations, comparison, state } = await survey(database, environment);
  const major = Math.trunc(state.serverVersion / 10_000);
  return { migrations, applied: comparison.applied.length, target: options.target ?? major };
}

/** Files of several folders are told apart by their folder. */
function within({ migrations }: FleetDatabase, file: LintedFile): LintedFile {
  const { source, findings } = file;
  const inside = source.file.endsWith('.ts') ? `src/${source.file}` : source.file;
  const name = `${basename(migrations)}/${inside}`;
  return {
    ...file,
    source: { ...source, file: name },
    findings: findings.map((finding) => ({ ...finding, file: name })),
  };
}
