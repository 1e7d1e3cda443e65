export { LOCK_KEY } from './advisory-lock.js';
export type { LockHolder } from './advisory-lock.js';
export type { AppliedMigration } from './apply.js';
export { classBaseName } from './class-migrations.js';
export { createDatabases } from './create-databases.js';
export type { CreatedDatabase, DatabaseSpec } from './create-databases.js';
export type { Direction, FleetEvent, MigrationRef, Reporter } from './events.js';
export { fleetVariables, loadFleet } from './fleet.js';
export type { Fleet, FleetDatabase, LoadFleetOptions } from './fleet.js';
export { select } from './fleet-order.js';
export { fleetHistory, fleetPlan, fleetStatus } from './fleet-read.js';
export { fleetDown, fleetUp } from './fleet-run.js';
export type { FleetDownOptions } from './fleet-run.js';
export { dropDatabases, listDatabases } from './list-databases.js';
export type { ListedDatabase } from './list-databases.js';
export { loadMigrations, lockMigrations, sourceEntries } from './load-migrations.js';
export type { LockEntry } from './lock-file.js';
export { migrateDatabase } from './migrate-database.js';
export type { Migration } from './migration.js';
export type { FleetOptions, FleetRunOptions } from './options.js';
export { MigrationRefused, REFUSAL_EXIT_CODES } from './refused.js';
export type { RefusalCode } from './refused.js';
export type {
  DatabaseHistory,
  DatabasePlan,
  DatabaseRun,
  DatabaseStatus,
  FleetHistoryReport,
  FleetPlanReport,
  FleetRunReport,
  FleetStatusReport,
  HistoryEntry,
  PlannedMigration,
  Problem,
} from './reports.js';
export type { RoleSpec } from './roles.js';
