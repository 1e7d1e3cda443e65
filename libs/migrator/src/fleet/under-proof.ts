import type pg from 'pg';
import { type GrabbedLock, HOLDS_LOCK, refusePooler } from '../run/advisory-lock.js';
import { type Surveyed, surveyOver } from './preflight.js';

const PROOF_SQL = `
  SELECT pg_backend_pid() AS pid, ${HOLDS_LOCK} AS held, seq::text, encode(hash, 'hex') AS hash
  FROM migrator.head`;

interface Proof {
  pid: number;
  held: boolean;
  seq: string;
  hash: string;
}

/**
 * The round trip after the lock: the backend that answers must be the one that got it, and the head's hash,
 * which covers every row, must be that of the preflight; else another run has been here, and all is read again.
 *
 * @throws {MigrationRefused} BEHIND_POOLER, and whatever is wrong with a database that was read again
 */
export async function underProof(
  client: pg.Client,
  known: { surveyed: Surveyed; lock: GrabbedLock; environment: string | undefined },
): Promise<Surveyed> {
  const { surveyed, lock, environment } = known;
  const { database, target, migrations, state } = surveyed;
  const [proof] = (await client.query<Proof>(PROOF_SQL)).rows;
  // A head that is gone is no pooler: reading everything again names it.
  if (proof !== undefined && (!proof.held || proof.pid !== lock.pid)) refusePooler(database.name);
  const { head } = state.history;
  if (proof?.seq === head.seq && proof.hash === head.hash) return surveyed;
  return surveyOver(client, { database, target, migrations, environment });
}
