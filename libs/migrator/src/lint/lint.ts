import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { MigrationRefused } from '../refused.js';
import type { Shadow } from '../shadow/shadow.js';
import { type LintedFile, lintByRule, type RuleOptions } from './lint-run.js';
import { compareVersions, type LintSource, readFolder } from './read-folder.js';
import { suppressed } from './suppress.js';

/** Where it is measured: a server of one's own choice, one that is open already, or an embedded one. */
export interface ShadowChoice {
  url?: DatabaseTarget | undefined;
  /** For those who judge several folders; they stop it. */
  open?: (majorVersion: number) => Promise<Shadow>;
}

export interface LintOptions extends RuleOptions {
  /** Measures on a shadow of the target version as well; undefined: by rule alone. */
  shadow?: ShadowChoice | undefined;
  /** Told why nothing was measured, for people. */
  onNote?: ((text: string) => void) | undefined;
}

export interface LintFolderOptions extends LintOptions {
  /** Files up to this number are applied to a live, populated database; default 0, nothing is live. */
  baseApplied?: string | undefined;
}

export interface LintedFolder {
  files: LintedFile[];
  /** Names that hold no number, so nobody knows when they run. */
  ignored: string[];
}

/**
 * Judges any folder of numbered SQL files; needs neither a fleet nor a `migrations.lock`.
 *
 * @throws {MigrationRefused} MIGRATIONS_NOT_FOUND
 * @example const { files } = await lintFolder('sql', { target: 16, baseApplied: '12' });
 */
export async function lintFolder(
  folder: string,
  { baseApplied = '0', ...options }: LintFolderOptions,
): Promise<LintedFolder> {
  const { sources, ignored } = readFolder(folder);
  const isBase = ({ number }: LintSource): boolean => compareVersions(number, baseApplied) <= 0;
  const base = sources.filter(isBase);
  const judged = sources.filter((source) => !isBase(source));
  return { files: await lintSources(base, judged, options), ignored };
}

/** Judges what is to be applied after what is applied: by rule, and measured where a shadow is given. */
export async function lintSources(
  base: readonly LintSource[],
  judged: readonly LintSource[],
  options: LintOptions,
): Promise<LintedFile[]> {
  const byRule = await lintByRule(base, judged, options);
  const files =
    options.shadow === undefined || judged.length === 0
      ? byRule
      : await measuredToo(base, byRule, options);
  return files.map((file) => ({ ...file, findings: suppressed(file) }));
}

async function measuredToo(
  base: readonly LintSource[],
  byRule: LintedFile[],
  { shadow: where, target, onNote }: LintOptions,
): Promise<LintedFile[]> {
  const [{ withShadow }, { onShadow }] = await Promise.all([
    import('../shadow/shadow.js'),
    import('./on-shadow.js'),
  ]);
  try {
    const work = (shadow: Shadow) => onShadow(shadow, { base, byRule, target });
    if (where?.open !== undefined) return await work(await where.open(target));
    return await withShadow({ majorVersion: target, url: where?.url }, work);
  } catch (error) {
    if (!(error instanceof MigrationRefused)) throw error;
    onNote?.(`info: nothing was measured, the rules alone judge: ${error.message}`);
    return byRule;
  }
}

export { RULES, type RuleId } from './rules/rule-list.js';
export type { Hazard, Level, Rule } from './rules/rule.js';
export type { Finding } from './finding.js';
export type { LintedFile } from './lint-run.js';
export type { LintSource } from './read-folder.js';
export { lintExitCode, type LintReport, lintReport, standing } from './report.js';
export { sarif } from './sarif.js';
