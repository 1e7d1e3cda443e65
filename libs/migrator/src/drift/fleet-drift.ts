import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { readSchema, type Schema } from '../catalogue/catalogue.js';
import { compareFingerprints, recordedFingerprint } from '../catalogue/recorded-fingerprint.js';
import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import type { FleetOptions } from '../fleet/options.js';
import { shownTarget, surveyOver, type Surveyed, targetOf } from '../fleet/preflight.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import { sideBySide } from '../fleet/side-by-side.js';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import { type LoadMigrations, loadOnce } from '../sources/load-once.js';
import type { DatabaseDrift, FleetDriftReport } from './drift-report.js';
import { ExpectedSchemas } from './expected-schemas.js';
import { compareTolerantly, type Tolerance } from './tolerances.js';

export interface FleetDriftOptions extends FleetOptions {
  /** Compares the fingerprint with the one in the history: no shadow, and no names. */
  fast?: boolean;
  /** Where the migrations are replayed; by default a server is started for it. */
  shadow?: { url?: DatabaseTarget | undefined };
}

// One shadow replays for all of them; more at once would only wait for it.
const DATABASES_AT_ONCE = 4;

/**
 * Is every database what its applied migrations make of an empty one? Changes nothing.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME only; all else is in the report, DRIFT_FOUND too
 * @example const { exitCode } = await fleetDrift(fleet, { environment: 'production' });
 */
export async function fleetDrift(
  fleet: Fleet,
  options: FleetDriftOptions = {},
): Promise<FleetDriftReport> {
  const { fast = false, environment } = options;
  const load = loadOnce();
  const expected = new ExpectedSchemas(options.shadow?.url);
  const selected = select(fleet.databases, options);
  try {
    const databases = await sideBySide(selected, DATABASES_AT_ONCE, async (database) => {
      const look = await lookAt(database, environment, load);
      if (look.problem !== null) return look.problem;
      return fast ? judgeFast(look) : judge(look, expected);
    });
    const exitCode = exitCodeOf(databases.map(({ problem }) => problem));
    return { command: 'drift', exitCode, fast, databases };
  } finally {
    await expected.close();
  }
}

interface Look {
  surveyed: Surveyed;
  schema: Schema;
  known: Omit<DatabaseDrift, 'state' | 'problem'>;
  problem: null;
}

/** History and schema, on one connection. */
async function lookAt(
  database: FleetDatabase,
  environment: string | undefined,
  load: LoadMigrations,
): Promise<Look | { problem: DatabaseDrift }> {
  const known = knownOf(database);
  try {
    const target = targetOf(database);
    const migrations = await load(database.migrations);
    const client = await openSession(target, database.name);
    try {
      const surveyed = await surveyOver(client, { database, target, migrations, environment });
      const schema = await readSchema(client);
      const newest = surveyed.comparison.applied.at(-1);
      const current = newest === undefined ? null : { number: newest.number, name: newest.name };
      const fingerprint = recordedFingerprint(schema);
      return { surveyed, schema, known: { ...known, current, fingerprint }, problem: null };
    } finally {
      await closeSession(client);
    }
  } catch (error) {
    return { problem: { ...known, state: 'refused', problem: problemOf(error) } };
  }
}

function knownOf(database: FleetDatabase): Look['known'] {
  const nothing = { current: null, fingerprint: null, differences: [], tolerated: [] };
  return { name: database.name, target: shownTarget(database), ...nothing };
}

/** The history's last row was written by whoever changed the schema last, if an `up` or `down` did. */
function judgeFast({ surveyed, schema, known }: Look): DatabaseDrift {
  const recorded = surveyed.state.history.rows.at(-1)?.schema_fingerprint ?? null;
  const verdict = compareFingerprints(recorded, recordedFingerprint(schema));
  if (verdict !== 'different') return { ...known, state: verdict, problem: null };
  const problem = driftFound(
    `${known.name}: the schema is not the one that the last run left. What differs:  ` +
      `npx fp migrate drift --only ${known.name}`,
  );
  return { ...known, state: 'drifted', problem };
}

/** An adopted database was taken over with what may differ, and has it still. */
const ADOPTED: readonly Tolerance[] = ['names', 'comments', 'extensions'];

async function judge(
  { surveyed, schema, known }: Look,
  expected: ExpectedSchemas,
): Promise<DatabaseDrift> {
  try {
    const { comparison, state } = surveyed;
    const should = await expected.after({
      service: known.name,
      majorVersion: schema.majorVersion,
      migrations: comparison.applied,
    });
    const adopted = state.history.rows.some(({ origin }) => origin === 'adopt');
    const judged = compareTolerantly(should, schema.catalogue, adopted ? ADOPTED : []);
    const { length } = judged.differences;
    if (length === 0) return { ...known, ...judged, state: 'same', problem: null };
    const objects = length === 1 ? '1 object is' : `${length} objects are`;
    const after =
      known.current === null ? 'nothing' : `${known.current.number} ${known.current.name}`;
    const problem = driftFound(`${known.name}: ${objects} not as after ${after}`);
    return { ...known, ...judged, state: 'drifted', problem };
  } catch (error) {
    return { ...known, state: 'refused', problem: problemOf(error) };
  }
}

function driftFound(message: string): DatabaseDrift['problem'] {
  return problemOf(new MigrationRefused('DRIFT_FOUND', message));
}
