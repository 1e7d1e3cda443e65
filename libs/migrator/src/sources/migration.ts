import type { MigrationInterface } from 'typeorm';

/** How one direction of a migration is run. */
interface ScriptRules {
  /** False: outside of any transaction (CREATE INDEX CONCURRENTLY and its kind). */
  transactional: boolean;
  /** A PostgreSQL duration, e.g. `10s`; the engine's own when undefined. */
  lockTimeout?: string | undefined;
  statementTimeout?: string | undefined;
}

export interface SqlScript extends ScriptRules {
  kind: 'sql';
  file: string;
  sql: string;
}

export interface ClassScript extends ScriptRules {
  kind: 'class';
  run: MigrationInterface['up'];
}

export type Script = SqlScript | ClassScript;

/** One step of a database's schema, wherever it was written down. */
export interface Migration {
  /** Decimal digits without leading zeros; compared as a number. */
  number: string;
  name: string;
  origin: 'typeorm' | 'sql';
  /** Of the LF-normalised source, lower-case hex. */
  sha256: string;
  /** The class name TypeORM knows it by; null for SQL files. */
  typeormName: string | null;
  up: Script;
  /** Null when there is no way back. */
  down: Script | null;
}

/** Orders decimal numbers of any length, which strings and JavaScript numbers do not. */
export function compareNumbers(left: string, right: string): number {
  const [a, b] = [BigInt(left), BigInt(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `7 add-thing`, the way a person names a migration. */
export function label(migration: { number: string; name: string }): string {
  return `${migration.number} ${migration.name}`;
}
