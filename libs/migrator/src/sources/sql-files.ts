import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceSha256 } from './checksum.js';
import { compareNumbers, type Migration, type SqlScript } from './migration.js';
import { MigrationRefused } from '../refused.js';

const SQL_FILE = /^(\d{1,20})[_-]([A-Za-z0-9][A-Za-z0-9_-]*?)(?:_(up|down))?\.sql$/;
const DIRECTIVE = /^--\s*migrate:\s*(.*)$/;
// Read by lint alone; nothing of how the file runs.
const SUPPRESSION = /^ignore\b/;
const DURATION = /^\d{1,9}(ms|s|min)$/;

interface SqlFile {
  file: string;
  number: string;
  name: string;
  direction: 'up' | 'down';
}

export function hasSqlFiles(folder: string): boolean {
  return readdirSync(folder).some((name) => /^\d+[_-].*\.sql$/.test(name));
}

/**
 * Reads `NNN_name.sql` with `NNN_name_down.sql`, or pairs `NNN_name_up.sql` / `NNN_name_down.sql`.
 * The checksum is the up file's alone: mending a way back changes nothing that was applied.
 *
 * @throws {MigrationRefused} MIGRATIONS_INVALID, SQL_HEADER
 */
export function readSqlMigrations(folder: string): Migration[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => parseName(folder, name));
  const downs = new Map<string, SqlFile>();
  for (const down of files.filter((f) => f.direction === 'down')) {
    demandFree(downs, down);
    downs.set(down.number, down);
  }
  const ups = new Map<string, SqlFile>();
  for (const up of files.filter((f) => f.direction === 'up')) {
    demandFree(ups, up);
    ups.set(up.number, up);
  }
  for (const down of downs.values()) {
    if (ups.get(down.number)?.name !== down.name) {
      throw new MigrationRefused('MIGRATIONS_INVALID', `${down.file} has no migration to undo`);
    }
  }
  return [...ups.values()]
    .sort((a, b) => compareNumbers(a.number, b.number))
    .map((up) => toMigration(up, downs.get(up.number)));
}

function demandFree(taken: Map<string, SqlFile>, file: SqlFile): void {
  const other = taken.get(file.number);
  if (other === undefined) return;
  throw new MigrationRefused(
    'MIGRATIONS_INVALID',
    `${other.file} and ${file.file} both have number ${file.number}: renumber the one not applied yet`,
  );
}

function parseName(folder: string, base: string): SqlFile {
  const [, digits, name, direction] = SQL_FILE.exec(base) ?? [];
  if (digits === undefined || name === undefined) {
    throw new MigrationRefused(
      'MIGRATIONS_INVALID',
      `${join(folder, base)} is not named NNN_name.sql or NNN_name_down.sql`,
    );
  }
  return {
    file: join(folder, base),
    number: BigInt(digits).toString(),
    name: name.toLowerCase(),
    direction: direction === 'down' ? 'down' : 'up',
  };
}

function toMigration(up: SqlFile, down: SqlFile | undefined): Migration {
  const upScript = readScript(up.file);
  return {
    number: up.number,
    name: up.name,
    origin: 'sql',
    sha256: sourceSha256(upScript.sql),
    typeormName: null,
    up: upScript,
    down: down === undefined ? null : readScript(down.file),
  };
}

/** `-- migrate: transaction=none lock_timeout=10s` in the comment lines that open the file. */
function readScript(file: string): SqlScript {
  const sql = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n/g, '\n');
  const script: SqlScript = { kind: 'sql', file, sql, transactional: true };
  for (const line of sql.split('\n')) {
    if (line.trim() !== '' && !line.startsWith('--')) break;
    const directive = DIRECTIVE.exec(line)?.[1];
    if (directive !== undefined && SUPPRESSION.test(directive)) continue;
    for (const pair of directive?.split(/\s+/).filter(Boolean) ?? []) direct(script, pair);
  }
  return script;
}

function direct(script: SqlScript, pair: string): void {
  const [key, value = ''] = pair.split('=');
  if (pair === 'transaction=none') script.transactional = false;
  else if (key === 'lock_timeout' && DURATION.test(value)) script.lockTimeout = value;
  else if (key === 'statement_timeout' && DURATION.test(value)) script.statementTimeout = value;
  else {
    throw new MigrationRefused(
      'SQL_HEADER',
      `${script.file}: "${pair}" is no directive; known are transaction=none, lock_timeout=10s, statement_timeout=1min`,
    );
  }
}
