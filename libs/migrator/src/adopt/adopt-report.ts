import type { Tolerated } from '../drift/tolerances.js';
import type { Difference } from '../catalogue/compare-catalogues.js';
import type { MigrationRef } from '../run/events.js';
import type { Transferred } from './transfer-ownership.js';

/** What will be written, for the question whether it should be. */
export interface AdoptProposal {
  /** The version that the schema is at; null when only ownership is to be transferred. */
  version: MigrationRef | null;
  /** Those that will stand in the history as applied. */
  adopt: MigrationRef[];
  /** What differs and was let pass. */
  tolerated: Tolerated[];
  /** How Alembic's own book ends; null when there is none. */
  alembicVersion: string | null;
  transferOwnership: boolean;
}

export interface AdoptReport extends AdoptProposal {
  command: 'adopt';
  exitCode: 0;
  name: string;
  target: string;
  /** `empty`: nothing to adopt, `up` runs everything. */
  outcome: 'empty' | 'adopted' | 'transferred';
  /** What `up` will run next. */
  pending: MigrationRef[];
  transferred: Transferred | null;
  /** Owners and grants that are not yet as `fp databases create` would have made them. */
  remaining: Difference[];
}
