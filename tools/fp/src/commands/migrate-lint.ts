import type { LintedFile } from '@fusion-prime/migrator/lint';
import pc from 'picocolors';
import { type CommonOptions, type Context, contextOf, offlineFleet } from '../context.js';
import { counted, print, printJson, say } from '../output.js';
import { CommandRefused } from '../refusal.js';
import { shadowOptions } from '../shadow.js';
import { sayTargets } from '../targets.js';

export interface LintOptions extends CommonOptions {
  dir?: string;
  baseApplied?: string;
  targetVersion?: string;
  shadow: boolean;
  advice?: boolean;
  sarif?: boolean;
}

const NEWEST_SERVER = 18;

export async function lint(options: LintOptions): Promise<number> {
  const { lintExitCode, lintReport, sarif } = await import('@fusion-prime/migrator/lint');
  const files =
    options.dir === undefined ? await ofFleet(options) : await ofFolder(options.dir, options);
  if (options.sarif === true) printJson(sarif(files, options.dir));
  else if (options.json === true) printJson(lintReport(files));
  else await tell(files);
  return lintExitCode(files);
}

async function ofFolder(dir: string, options: LintOptions): Promise<LintedFile[]> {
  const { lintFolder } = await import('@fusion-prime/migrator/lint');
  const target = Number(options.targetVersion ?? NEWEST_SERVER);
  say(`lint: ${dir}, for PostgreSQL ${target}`);
  const { files, ignored } = await lintFolder(dir, {
    target,
    baseApplied: options.baseApplied,
    advice: options.advice,
    ...(options.shadow && { shadow: shadowOptions() }),
    onNote: say,
  });
  for (const name of ignored) say(`${name} has no number, so nobody knows when it runs: left out`);
  return files;
}

async function ofFleet(options: LintOptions): Promise<LintedFile[]> {
  const { fleet, databases, environment } = await fleetOf(options);
  sayTargets({ databases });
  const { lintFleet } = await import('@fusion-prime/migrator');
  say(`lint: ${counted(databases.length, 'database')} of ${fleet.file}`);
  const files = await lintFleet(databases, {
    environment,
    baseApplied: options.baseApplied,
    advice: options.advice,
    ...(options.targetVersion !== undefined && { target: Number(options.targetVersion) }),
    ...(options.shadow && { shadow: shadowOptions() }),
    onNote: say,
  });
  if (files.length === 0) say('nothing is pending; --base-applied 0 judges everything as new');
  return files;
}

/** Where no database is named, the folders are judged as if nothing were applied. */
async function fleetOf(
  options: LintOptions,
): Promise<Pick<Context, 'fleet' | 'databases' | 'environment'>> {
  try {
    return await contextOf(options);
  } catch (error) {
    if (!(error instanceof CommandRefused) || error.code !== 'NO_TARGET') throw error;
    const fleet = await offlineFleet(options);
    return { fleet, databases: fleet.databases, environment: undefined };
  }
}

const COLOURS = { error: pc.red, warning: pc.yellow, info: pc.cyan };

async function tell(files: readonly LintedFile[]): Promise<void> {
  const { standing } = await import('@fusion-prime/migrator/lint');
  const all = files.flatMap(({ findings }) => standing(findings));
  for (const { file, line, level, rule, hazard, message, fix } of all) {
    print(
      `${pc.bold(`${file}:${line}`)} ${COLOURS[level](level)} ${rule} ${pc.dim(`(${hazard})`)}`,
    );
    print(`  ${message}`);
    print(`  ${pc.green('safe:')} ${fix}`);
  }
  const count = (level: string): number => all.filter((one) => one.level === level).length;
  const ignored = files
    .flatMap(({ findings }) => findings)
    .filter((one) => one.suppressed !== null);
  say(
    `${counted(files.length, 'file')}: ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('info'), 'note')}` +
      (ignored.length > 0 ? `, ${ignored.length} suppressed` : ''),
  );
}
