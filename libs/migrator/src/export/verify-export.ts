import { select } from '../fleet/fleet-order.js';
import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { demandIdentity, inspect } from '../fleet/inspect.js';
import type { FleetOptions } from '../fleet/options.js';
import { shownTarget, targetOf } from '../fleet/preflight.js';
import { problemOf } from '../fleet/problem.js';
import type { Problem } from '../fleet/reports.js';
import type { History } from '../history/history.js';
import { GENESIS } from '../history/history-row.js';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import { type ManifestDatabase, type ManifestPlace, readManifest } from './manifest.js';

export interface VerifiedExport {
  name: string;
  target: string;
  /** `partly`: some of its files are imported, and nothing else happened. */
  state: 'imported' | 'partly' | 'not-imported' | 'refused';
  /** Still to be imported, in order. */
  missing: string[];
  problem: Problem | null;
}

export interface VerifyExportReport {
  command: 'verify-export';
  exitCode: number;
  directory: string;
  runId: string;
  databases: VerifiedExport[];
}

const EXIT_PENDING = 3;

/**
 * Asks every database of an export whether its files were imported, whole and unchanged, by the hashes of
 * its history.
 *
 * @throws {MigrationRefused} EXPORT_NOT_FOUND, EXPORT_EDITED, FLEET_UNKNOWN_NAME
 */
export async function verifyExport(
  fleet: Fleet,
  { directory, ...options }: FleetOptions & { directory: string },
): Promise<VerifyExportReport> {
  const manifest = readManifest(directory);
  const names = manifest.databases.map(({ name }) => name);
  const known = select(fleet.databases, { only: names });
  const chosen = select(known, options).map(({ name }) => name);
  const databases: VerifiedExport[] = [];
  for (const database of known) {
    const exported = manifest.databases.find(({ name }) => name === database.name);
    if (exported === undefined || !chosen.includes(database.name)) continue;
    databases.push(await verifyOne(database, exported, options.environment));
  }
  const problem = databases.find((one) => one.problem !== null)?.problem;
  const done = databases.every(({ state }) => state === 'imported');
  const exitCode = problem?.exitCode ?? (done ? 0 : EXIT_PENDING);
  return { command: 'verify-export', exitCode, directory, runId: manifest.runId, databases };
}

async function verifyOne(
  database: FleetDatabase,
  exported: ManifestDatabase,
  environment: string | undefined,
): Promise<VerifiedExport> {
  const { name } = database;
  const known = { name, target: shownTarget(database) };
  try {
    const client = await openSession(targetOf(database), name);
    const state = await inspect(client, name).finally(() => closeSession(client));
    demandIdentity(state, { name, environment });
    if (state.identity.databaseUuid !== exported.databaseUuid) {
      const message = `${name}: this is not the database that was exported (${exported.environment})`;
      throw new MigrationRefused('IDENTITY_MISMATCH', message);
    }
    const missing = missingFiles(state.history, exported);
    const imported = missing.length === 0;
    const untouched = missing.length === exported.files.length;
    const word = imported ? 'imported' : untouched ? 'not-imported' : 'partly';
    return { ...known, state: word, missing, problem: null };
  } catch (error) {
    return { ...known, state: 'refused', missing: [], problem: problemOf(error) };
  }
}

/** @throws {MigrationRefused} EXPORT_DIFFERS when something else has happened since the export */
function missingFiles(history: History, exported: ManifestDatabase): string[] {
  const { before, after, files, name } = exported;
  if (stands(history, after)) return [];
  const { head } = history;
  const here = (place: ManifestPlace): boolean =>
    place.seq === head.seq && place.hash === head.hash;
  // An outside file leaves no row of its own; the one before it, imported last, leaves it to be imported.
  const reached = files.findIndex((file) => here(file.after));
  if (reached >= 0) return files.slice(reached + 1).map(({ file }) => file);
  if (here(before)) return files.map(({ file }) => file);
  throw new MigrationRefused(
    'EXPORT_DIFFERS',
    `${name}: the history ends at row ${head.seq}, and not as this export would leave it: somebody has ` +
      'migrated since. See  npx fp migrate history ; then export again',
  );
}

/** Whether a row of the history is the one that a place names; what came after it does not matter. */
function stands({ rows }: History, { seq, hash }: ManifestPlace): boolean {
  if (seq === GENESIS.seq) return true;
  return rows.some((row) => row.seq === seq && row.hash === hash);
}
