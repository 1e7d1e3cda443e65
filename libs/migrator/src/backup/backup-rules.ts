/** How databases are backed up before they are changed. */
export interface BackupRules {
  /** Where to: files of `pg_dump -Fc` in this folder, or whatever this shell command makes. */
  to: { directory: string } | { command: string };
  /** The dump program; default `pg_dump` on the PATH of `variables`. */
  pgDump?: string | undefined;
  /** The environment of the programs that are started; PG* of it is not passed on. */
  variables: Readonly<Record<string, string | undefined>>;
}

/** One backup that was made and checked. */
export interface Backup {
  /** Goes into the history: `file:<name> sha256:<hex>`, or what the command said last. */
  reference: string;
  file: string | null;
  sha256: string | null;
  sizeBytes: number | null;
  durationMs: number;
}
