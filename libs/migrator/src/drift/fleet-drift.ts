import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import type { FleetOptions } from '../fleet/options.js';
import { shownTarget } from '../fleet/preflight.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import { sideBySide } from '../fleet/side-by-side.js';
import { MigrationRefused } from '../refused.js';
import { loadOnce } from '../sources/load-once.js';
import type { DatabaseDrift, FleetDriftReport } from './drift-report.js';
import { ExpectedSchemas } from './expected-schemas.js';
import { type Look, lookAt, type LookRules } from './look.js';
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
  const selected = select(fleet.databases, options);
  const expected = new ExpectedSchemas(options.shadow?.url, selected);
  try {
    const databases = await sideBySide(selected, DATABASES_AT_ONCE, (database) =>
      driftOf(
        database,
        (look, known) => (fast ? judgeFast(look, known) : judge(look, known, expected)),
        { environment, load },
      ),
    );
    const exitCode = exitCodeOf(databases.map(({ problem }) => problem));
    return { command: 'drift', exitCode, fast, databases };
  } finally {
    await expected.close();
  }
}

interface Known {
  name: string;
  target: string;
}

const NOTHING_SEEN = { current: null, fingerprint: null, differences: [], tolerated: [] };

async function driftOf(
  database: FleetDatabase,
  judge: (look: Look, known: Known) => Promise<DatabaseDrift>,
  rules: LookRules,
): Promise<DatabaseDrift> {
  const known: Known = { name: database.name, target: shownTarget(database) };
  try {
    return await judge(await lookAt(database, rules), known);
  } catch (error) {
    return { ...known, ...NOTHING_SEEN, state: 'refused', problem: problemOf(error) };
  }
}

function seenIn({
  surveyed,
  fingerprint,
}: Look): Omit<DatabaseDrift, keyof Known | 'state' | 'problem'> {
  const newest = surveyed.comparison.applied.at(-1);
  const current = newest === undefined ? null : { number: newest.number, name: newest.name };
  return { ...NOTHING_SEEN, current, fingerprint };
}

async function judgeFast(look: Look, known: Known): Promise<DatabaseDrift> {
  const seen = { ...known, ...seenIn(look) };
  if (look.verdict !== 'different') return { ...seen, state: look.verdict, problem: null };
  const problem = driftFound(
    `${known.name}: the schema is not the one that the last run left. What differs:  ` +
      `npx fp migrate drift --only ${known.name}`,
  );
  return { ...seen, state: 'drifted', problem };
}

/** An adopted database was taken over with what may differ, and has it still. */
const ADOPTED: readonly Tolerance[] = ['names', 'comments', 'extensions'];

async function judge(look: Look, known: Known, expected: ExpectedSchemas): Promise<DatabaseDrift> {
  const { surveyed, schema } = look;
  const { comparison, state } = surveyed;
  const should = await expected.after({
    service: known.name,
    majorVersion: schema.majorVersion,
    singleRole: surveyed.database.url?.user === surveyed.target.user,
    migrations: comparison.applied,
  });
  const adopted = state.history.rows.some(({ origin }) => origin === 'adopt');
  const judged = compareTolerantly(should, schema.catalogue, adopted ? ADOPTED : []);
  const seen = { ...known, ...seenIn(look), ...judged };
  const { length } = judged.differences;
  if (length === 0) return { ...seen, state: 'same', problem: null };
  const objects = length === 1 ? '1 object is' : `${length} objects are`;
  const after = seen.current === null ? 'nothing' : `${seen.current.number} ${seen.current.name}`;
  const problem = driftFound(`${known.name}: ${objects} not as after ${after}`);
  return { ...seen, state: 'drifted', problem };
}

function driftFound(message: string): DatabaseDrift['problem'] {
  return problemOf(new MigrationRefused('DRIFT_FOUND', message));
}
