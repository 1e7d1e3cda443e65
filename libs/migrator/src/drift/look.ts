import { readSchema, type Schema } from '../catalogue/catalogue.js';
import {
  compareFingerprints,
  type FingerprintVerdict,
  recordedFingerprint,
} from '../catalogue/recorded-fingerprint.js';
import type { FleetDatabase } from '../fleet/fleet.js';
import { type Surveyed, surveyOver, targetOf } from '../fleet/preflight.js';
import { closeSession, openSession } from '../run/session.js';
import type { LoadMigrations } from '../sources/load-once.js';

/** A database with its history and its schema, seen on one connection. */
export interface Look {
  surveyed: Surveyed;
  schema: Schema;
  /** Of the live schema, as the history keeps it. */
  fingerprint: string;
  /** Whether that is the one which the last run left. */
  verdict: FingerprintVerdict;
}

export interface LookRules {
  environment: string | undefined;
  load: LoadMigrations;
}

/** @throws {MigrationRefused} whatever is wrong with the database or its history */
export async function lookAt(
  database: FleetDatabase,
  { environment, load }: LookRules,
): Promise<Look> {
  const target = targetOf(database);
  const migrations = await load(database.migrations);
  const client = await openSession(target, database.name);
  try {
    const surveyed = await surveyOver(client, { database, target, migrations, environment });
    const schema = await readSchema(client);
    const fingerprint = recordedFingerprint(schema);
    // Whoever changed the schema last wrote the last row, if an `up` or `down` did.
    const recorded = surveyed.state.history.rows.at(-1)?.schema_fingerprint ?? null;
    return { surveyed, schema, fingerprint, verdict: compareFingerprints(recorded, fingerprint) };
  } finally {
    await closeSession(client);
  }
}
