import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationRefused } from '../refused.js';
import { headerOf } from './header.js';

/** One migration as lint reads it, wherever it comes from. */
export interface LintSource {
  /** Its name as it lies in the folder, or what a class is called. */
  file: string;
  /** What it is ordered and compared by: 1, 1.2, 20240101120000. */
  number: string;
  sql: string;
  /** False: each statement is on its own, outside a transaction. */
  transactional: boolean;
  /** What is known to be wrong before a statement is looked at. */
  faults: {
    rule: 'unknown-directive' | 'duplicate-number' | 'class-not-rehearsed';
    text: string;
  }[];
}

// `001_x.sql`, `1-x.sql`, `V2__x.sql`, `20240101120000_x.sql`, `V1.2__x.sql`, `003.sql`
const NUMBERED = /^[Vv]?(\d{1,20}(?:[._]\d{1,6})*?)(?=[^0-9]|$)(.*)$/;
const DOWN = /(^|[_.-])(down|undo|rollback|revert)(\.sql)?$/i;
// A folder for each migration, as prisma and diesel write them.
const INSIDE = ['migration.sql', 'up.sql'];

/**
 * Reads any folder of numbered SQL files; the ways back are left out.
 *
 * @throws {MigrationRefused} MIGRATIONS_NOT_FOUND
 */
export function readFolder(folder: string): { sources: LintSource[]; ignored: string[] } {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new MigrationRefused('MIGRATIONS_NOT_FOUND', `${folder} is no folder`);
  }
  const sources: LintSource[] = [];
  const ignored: string[] = [];
  for (const file of filesIn(folder)) {
    const number = numberOf(file);
    if (number === null) ignored.push(file);
    else if (!isDown(file)) sources.push(sourceOf(folder, file, number));
  }
  if (sources.length === 0) {
    throw new MigrationRefused('MIGRATIONS_NOT_FOUND', `${folder} holds no NNN_name.sql files`);
  }
  sources.sort((a, b) => compareVersions(a.number, b.number) || (a.file < b.file ? -1 : 1));
  return { sources: withDuplicates(sources), ignored };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile() || entry.isSymbolicLink())
      return entry.name.endsWith('.sql') ? [entry.name] : [];
    if (!entry.isDirectory() || !/^\d/.test(entry.name)) return [];
    const inside = INSIDE.find((name) => existsSync(join(folder, entry.name, name)));
    return inside === undefined ? [] : [`${entry.name}/${inside}`];
  });
}

function numberOf(file: string): string | null {
  return NUMBERED.exec(file)?.[1]?.replaceAll('_', '.') ?? null;
}

function isDown(file: string): boolean {
  return DOWN.test(file.replace(/\.sql$/, ''));
}

function sourceOf(folder: string, file: string, number: string): LintSource {
  const text = readFileSync(join(folder, file), 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
  return { file, number, ...headerOf(text) };
}

/** 2 before 10, 1.2 before 1.10; leading zeros do not count. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(BigInt), right.split('.').map(BigInt)];
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const [x, y] = [a[part] ?? 0n, b[part] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

function withDuplicates(sources: LintSource[]): LintSource[] {
  sources.forEach((source, index) => {
    const before = sources[index - 1];
    if (before === undefined || compareVersions(before.number, source.number) !== 0) return;
    const text = `${before.file} and ${source.file} both have number ${source.number}`;
    source.faults.push({ rule: 'duplicate-number', text });
  });
  return sources;
}
