import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { select } from '../fleet/fleet-order.js';
import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { applyRules, type FleetOptions } from '../fleet/options.js';
import { shownTarget } from '../fleet/preflight.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import type { Problem } from '../fleet/reports.js';
import { demandLint } from '../lint/demand-lint.js';
import { loadOnce } from '../sources/load-once.js';
import type { ExportedDatabase, ExportRules } from './export-database.js';
import { exportDatabase } from './export-database.js';
import type { Place } from './export-parts.js';
import { ExportShadow } from './export-shadow.js';
import {
  demandNoExport,
  type Manifest,
  type ManifestDatabase,
  type ManifestFile,
  type ManifestPlace,
  manifestText,
  MANIFEST,
  sha256Of,
} from './manifest.js';
import { fileText, partStatements } from './part-sql.js';
import { saveExport } from './save-export.js';

export interface FleetExportOptions extends FleetOptions {
  directory: string;
  /** The number at which every database must stand. */
  from?: string | undefined;
  allowDataLoss?: boolean;
  /** False: what lint finds does not stop the export. Default true. */
  lint?: boolean;
  gitSha?: string | undefined;
  /** Administrator of a server for throw-away databases, when a class has to be listened to. */
  shadowUrl?: DatabaseTarget | undefined;
}

export interface DatabaseExport {
  name: string;
  target: string;
  /** In the order in which they are imported; empty when nothing is pending. */
  files: ManifestFile[];
  problem: Problem | null;
}

export interface FleetExportReport {
  command: 'export';
  exitCode: number;
  directory: string;
  databases: DatabaseExport[];
}

/**
 * Writes what `up` would do as SQL files for `gcloud sql import sql`, psql or any client: one transaction for
 * each database, with the conditions under which it may run. All databases are looked at before a file
 * is written; one refusal, and nothing is.
 *
 * @throws {MigrationRefused} EXPORT_EXISTS, EXPORT_NOT_WRITTEN, FLEET_UNKNOWN_NAME; all else is in the report
 */
export async function fleetExport(
  fleet: Fleet,
  options: FleetExportOptions,
): Promise<FleetExportReport> {
  const { directory, shadowUrl } = options;
  const selected = select(fleet.databases, options);
  demandNoExport(directory);
  const shadow = new ExportShadow(shadowUrl, selected);
  const { run, session } = applyRules(options);
  const rules: ExportRules = {
    environment: options.environment,
    from: options.from,
    allowDataLoss: options.allowDataLoss === true,
    lint: options.lint === false ? null : demandLint(),
    run,
    session,
    exportedAt: new Date(),
    load: loadOnce(),
    openShadow: (surveyed) => shadow.clientFor(surveyed),
  };
  try {
    const looks: Look[] = [];
    for (const database of selected) looks.push(await look(database, rules));
    const exitCode = exitCodeOf(looks.map(({ problem }) => problem));
    const databases = exitCode === 0 ? write(looks, { directory, rules }) : looks.map(unwritten);
    return { command: 'export', exitCode, directory, databases };
  } finally {
    await shadow.stop();
  }
}

interface Look {
  database: FleetDatabase;
  exported: ExportedDatabase | null;
  problem: Problem | null;
}

async function look(database: FleetDatabase, rules: ExportRules): Promise<Look> {
  try {
    return { database, exported: await exportDatabase(database, rules), problem: null };
  } catch (error) {
    return { database, exported: null, problem: problemOf(error) };
  }
}

function unwritten({ database, problem }: Look): DatabaseExport {
  return { name: database.name, target: shownTarget(database), files: [], problem };
}

function write(
  looks: readonly Look[],
  { directory, rules }: { directory: string; rules: ExportRules },
): DatabaseExport[] {
  const full = looks.filter(({ exported }) => (exported?.parts.length ?? 0) > 0);
  if (full.length === 0) return looks.map(unwritten);
  const texts = new Map<string, string>();
  const written = new Map<string, ManifestDatabase>();
  full.forEach(({ exported }, index) => {
    if (exported === null) return;
    const place = String(index + 1).padStart(String(full.length).length + 1, '0');
    const one = describeFiles(exported, { place, texts });
    written.set(one.name, one);
  });
  const { runId, toolVersion, gitSha } = rules.run;
  const manifest: Manifest = {
    schemaVersion: 1,
    runId,
    createdAt: rules.exportedAt.toISOString(),
    toolVersion,
    gitSha,
    databases: [...written.values()],
  };
  texts.set(MANIFEST, manifestText(manifest));
  saveExport(directory, texts);
  return looks.map((one) => ({
    ...unwritten(one),
    files: written.get(one.database.name)?.files ?? [],
  }));
}

function describeFiles(
  { surveyed, parts, context, migrations }: ExportedDatabase,
  { place, texts }: { place: string; texts: Map<string, string> },
): ManifestDatabase {
  const { name } = surveyed.database;
  const files = parts.map((part, index): ManifestFile => {
    const number = parts.length === 1 ? '' : `-${index + 1}`;
    const file = `${place}-${name}${number}${part.kind === 'outside' ? '-outside' : ''}.sql`;
    const statements = partStatements(part, context);
    const text = fileText(statements, context);
    texts.set(file, text);
    const listed = part.kind === 'outside' ? statements : null;
    const after = manifestPlace(part.after);
    return { file, sha256: sha256Of(text), kind: part.kind, after, statements: listed };
  });
  const { databaseUuid, environment } = context.to;
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`${name}: nothing to write`);
  return {
    name,
    database: surveyed.target.database,
    databaseUuid,
    environment,
    before: manifestPlace(first.before),
    after: manifestPlace(last.after),
    migrations,
    files,
  };
}

function manifestPlace({ head, row }: Place): ManifestPlace {
  return { seq: head.seq, hash: head.hash, number: row?.number ?? null };
}
