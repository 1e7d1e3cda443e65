import { type LintedFile, lintByRule, type RuleOptions } from './lint-run.js';
import { compareVersions, readFolder } from './read-folder.js';

export interface LintFolderOptions extends RuleOptions {
  /** Files up to this number are applied to a live, populated database; default 0, nothing is live. */
  baseApplied?: string | undefined;
}

export interface LintedFolder {
  files: LintedFile[];
  /** Names that hold no number, so nobody knows when they run. */
  ignored: string[];
}

/**
 * Judges any folder of numbered SQL files by rule; needs neither a database nor a `migrations.lock`.
 *
 * @throws {MigrationRefused} MIGRATIONS_NOT_FOUND
 * @example const { files } = await lintFolder('sql', { target: 16, baseApplied: '12' });
 */
export async function lintFolder(
  folder: string,
  { baseApplied = '0', ...options }: LintFolderOptions,
): Promise<LintedFolder> {
  const { sources, ignored } = readFolder(folder);
  const isBase = (number: string): boolean => compareVersions(number, baseApplied) <= 0;
  const base = sources.filter(({ number }) => isBase(number));
  const judged = sources.filter(({ number }) => !isBase(number));
  return { files: await lintByRule(base, judged, options), ignored };
}

export { RULES, type RuleId } from './rules/rule-list.js';
export type { Hazard, Level, Rule } from './rules/rule.js';
export type { Finding } from './finding.js';
export { type LintedFile, lintByRule } from './lint-run.js';
export type { LintSource } from './read-folder.js';
export { lintExitCode, type LintReport, lintReport, standing } from './report.js';
export { sarif } from './sarif.js';
