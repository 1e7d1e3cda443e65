import type { DeploymentFacts } from './facts.js';
import type { FleetName } from './fleet-names.js';
import type { Manifest } from './manifest.js';

/** What the audit knows besides the files: each part may be missing, and then its rules say nothing. */
export interface AuditContext {
  readonly fleet: readonly FleetName[];
  readonly manifest: Manifest | null;
  /** One for each environment. */
  readonly facts: readonly DeploymentFacts[];
  /** For suppressions that are over: `2026-11-20`. */
  readonly today: string;
}
