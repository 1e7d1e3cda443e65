export { LOCK_KEY } from './run/advisory-lock.js';
export type { LockHolder } from './run/advisory-lock.js';
export type { AppliedMigration } from './run/apply.js';
export { adoptDatabase } from './adopt/adopt.js';
export type { AdoptOptions } from './adopt/adopt.js';
export type { AdoptProposal, AdoptReport } from './adopt/adopt-report.js';
export type { Transferred } from './adopt/transfer-ownership.js';
export { preChecks } from './precheck/pre-checks.js';
export type { PreCheckFinding, PreCheckOptions } from './precheck/pre-checks.js';
export { fingerprintOf, readCatalogue } from './catalogue/catalogue.js';
export type { Catalogue } from './catalogue/catalogue.js';
export { compareCatalogues } from './catalogue/compare-catalogues.js';
export type { Difference } from './catalogue/compare-catalogues.js';
export type { DatabaseDrift, FleetDriftReport } from './drift/drift-report.js';
export { fleetDrift } from './drift/fleet-drift.js';
export type { FleetDriftOptions } from './drift/fleet-drift.js';
export { fleetHealth } from './drift/fleet-health.js';
export type { DatabaseHealth, FleetHealthReport } from './drift/fleet-health.js';
export type { Tolerance, Tolerated } from './drift/tolerances.js';
export { classBaseName } from './sources/class-migrations.js';
export { fleetBackup } from './backup/fleet-backup.js';
export type {
  DatabaseBackup,
  FleetBackupOptions,
  FleetBackupReport,
} from './backup/fleet-backup.js';
export type { Backup, BackupRules } from './backup/backup-rules.js';
export { fleetExport } from './export/fleet-export.js';
export type {
  DatabaseExport,
  FleetExportOptions,
  FleetExportReport,
} from './export/fleet-export.js';
export type { Manifest, ManifestDatabase, ManifestFile, ManifestPlace } from './export/manifest.js';
export { verifyExport } from './export/verify-export.js';
export type { VerifiedExport, VerifyExportReport } from './export/verify-export.js';
export { createDatabases } from './databases/create-databases.js';
export type { CreatedDatabase, DatabaseSpec } from './databases/create-databases.js';
export type { Direction, FleetEvent, MigrationRef, Reporter } from './run/events.js';
export { fleetVariables, loadFleet } from './fleet/fleet.js';
export type { Fleet, FleetDatabase, LoadFleetOptions } from './fleet/fleet.js';
export { select } from './fleet/fleet-order.js';
export { fleetHistory, fleetStatus } from './fleet/fleet-read.js';
export { fleetDown, fleetUp } from './fleet/fleet-run.js';
export type { FleetDownOptions } from './fleet/fleet-run.js';
export { dropDatabases, listDatabases } from './databases/list-databases.js';
export type { ListedDatabase } from './databases/list-databases.js';
export { lintFleet } from './lint/lint-fleet.js';
export type { LintFleetOptions } from './lint/lint-fleet.js';
export { loadMigrations, lockMigrations, sourceEntries } from './sources/load-migrations.js';
export type { LockEntry } from './sources/lock-file.js';
export { measureStatements } from './measure/measure.js';
export type { MeasuredMigration, MeasuredStatement, ServerError } from './measure/measure.js';
export type { Effects, MeasuredLock } from './measure/snapshot.js';
export { migrateDatabase } from './fleet/migrate-database.js';
export type { Migration } from './sources/migration.js';
export type { FleetOptions, FleetRunOptions } from './fleet/options.js';
export { MigrationRefused, REFUSAL_EXIT_CODES } from './refused.js';
export type { RefusalCode } from './refused.js';
export type {
  DatabaseHistory,
  DatabaseRun,
  DatabaseStatus,
  FleetHistoryReport,
  FleetRunReport,
  FleetStatusReport,
  HistoryEntry,
  Problem,
} from './fleet/reports.js';
export type { RoleSpec } from './databases/roles.js';
export type { Standing } from './operator/decision.js';
export { repairMigration } from './operator/repair.js';
export type { RepairDecision, RepairOptions, RepairReport } from './operator/repair.js';
export { unlockDatabase } from './operator/unlock.js';
export type { LockOwner, UnlockOptions, UnlockReport } from './operator/unlock.js';
export type { EntityDiff, GeneratedQuery } from './generate/diff-entities.js';
export { fleetGenerate } from './generate/fleet-generate.js';
export type { FleetGenerateReport, GeneratedMigration } from './generate/fleet-generate.js';
export { removeShadows } from './shadow/clean-up.js';
export type { ShadowOptions } from './shadow/shadow.js';
export { fleetVerify } from './verify/fleet-verify.js';
export type { DatabaseVerification, FleetVerifyReport } from './verify/fleet-verify.js';
export type { VerifiedMigration } from './verify/verify-database.js';
export { fleetPlan } from './plan/fleet-plan.js';
export type { FleetPlanOptions } from './plan/fleet-plan.js';
export type {
  DatabasePlan,
  FleetPlanReport,
  PlannedMigration,
  PlannedStatement,
} from './plan/report.js';
