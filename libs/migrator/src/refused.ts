/**
 * Every "no" of the engine: its stable code and the exit code of `fp` that goes with it.
 *
 *   2 usage, configuration · 4 drift · 5 failed and rolled back · 7 needs a decision · 8 lock busy
 *   9 unreachable · 10 history or checksum · 11 lint · 12 wrong target or read-only · 13 backup
 *   14 pooler
 */
export const REFUSAL_EXIT_CODES = {
  FLEET_NOT_FOUND: 2,
  FLEET_INVALID: 2,
  FLEET_DUPLICATE: 2,
  FLEET_CYCLE: 2,
  FLEET_UNKNOWN_NAME: 2,
  FLEET_SAME_URL: 2,
  FLEET_URL_MISSING: 2,
  FLEET_URL_INVALID: 2,
  MIGRATIONS_NOT_FOUND: 2,
  MIGRATIONS_NOT_BUILT: 2,
  MIGRATIONS_STALE_BUILD: 2,
  MIGRATIONS_INVALID: 2,
  LOCK_FILE_MISSING: 2,
  UNKNOWN_VERSION: 2,
  NOT_UNFINISHED: 2,
  EXPORT_EXISTS: 2,
  EXPORT_NOT_FOUND: 2,
  EXPORT_NOT_WRITTEN: 2,
  REASON_MISSING: 2,
  ADOPT_NOT_NEEDED: 2,
  ADMIN_RIGHTS: 2,
  SHADOW_UNAVAILABLE: 2,
  ENTITIES_NOT_FOUND: 2,
  DRIFT_FOUND: 4,
  MIGRATION_FAILED: 5,
  MIGRATION_UNFINISHED: 7,
  MIGRATION_IRREVERSIBLE: 7,
  ADOPT_NEEDED: 7,
  ADOPT_NO_MATCH: 7,
  ADOPT_AMBIGUOUS: 7,
  INDEX_DIFFERS: 7,
  INDEX_INVALID: 7,
  DATA_LOSS: 7,
  EXPORT_IMPOSSIBLE: 7,
  LOCK_BUSY: 8,
  INDEX_BUSY: 8,
  UNREACHABLE: 9,
  CREDENTIALS_REFUSED: 9,
  DATABASE_NOT_FOUND: 9,
  LOCK_FILE_MISMATCH: 10,
  MIGRATION_EDITED: 10,
  MIGRATION_MISSING: 10,
  MIGRATION_RENAMED: 10,
  MIGRATION_OUT_OF_ORDER: 10,
  DATABASE_AHEAD: 10,
  HISTORY_TAMPERED: 10,
  EXPORT_EDITED: 10,
  EXPORT_DIFFERS: 10,
  NOT_PROMOTED: 10,
  LINT_FAILED: 11,
  SQL_HEADER: 11,
  SQL_SYNTAX: 11,
  SQL_TRANSACTION_CONTROL: 11,
  SQL_SESSION_COMMAND: 11,
  SQL_NOT_ONE_STATEMENT: 11,
  SQL_EMPTY: 11,
  SQL_INDEX_UNNAMED: 11,
  CLASS_NOT_ONE_STATEMENT: 11,
  IDENTITY_MISSING: 12,
  IDENTITY_MISMATCH: 12,
  ENVIRONMENT_NOT_NAMED: 12,
  READ_ONLY: 12,
  RIGHTS_MISSING: 12,
  SERVER_VERSION: 12,
  EXTENSION_MISSING: 12,
  SHADOW_IS_LIVE: 12,
  BACKUP_REQUIRED: 13,
  BACKUP_FAILED: 13,
  BEHIND_POOLER: 14,
  INTERRUPTED: 143,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof REFUSAL_EXIT_CODES;

/**
 * The engine says no. The message names the object and the way out, never a secret.
 *
 * @example new MigrationRefused('LOCK_BUSY', 'settlement: pid 71 (fp migrate up) holds the lock')
 */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
  readonly exitCode: number;

  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.exitCode = REFUSAL_EXIT_CODES[code];
  }
}
