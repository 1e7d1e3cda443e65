import { resolve } from 'node:path';
import pc from 'picocolors';
import { type CommonOptions, contextOf } from '../context.js';
import { gitSha } from '../git-sha.js';
import { print, printJson, say, table } from '../output.js';
import { shadowOptions } from '../shadow.js';
import { sayTargets } from '../targets.js';
import { sayProblems } from './migrate-read.js';

interface ExportOptions extends CommonOptions {
  dir: string;
  from?: string;
  allowDataLoss?: boolean;
  /** False for `--no-lint`. */
  lint?: boolean;
}

/** Writes what `up` would do as SQL files that carry their own conditions. */
export async function exportSql(options: ExportOptions): Promise<number> {
  const { only = [], skip = [], from, dir } = options;
  const context = await contextOf(options);
  sayTargets(context);
  const { fleetExport } = await import('@fusion-prime/migrator');
  const { url: shadowUrl } = shadowOptions();
  const report = await fleetExport(context.fleet, {
    only,
    skip,
    environment: context.environment,
    directory: resolve(dir),
    from,
    allowDataLoss: options.allowDataLoss === true,
    lint: options.lint !== false,
    gitSha: gitSha(),
    shadowUrl,
  });
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  const rows = report.databases.flatMap(({ name, files }) =>
    files.map(({ file, kind, sha256 }) => [name, file, kind, sha256.slice(0, 12)]),
  );
  if (rows.length > 0) print(table(['DATABASE', 'FILE', 'KIND', 'SHA256'], rows));
  else if (report.exitCode === 0) print('nothing is pending: nothing was written');
  sayProblems(report.databases);
  if (rows.length > 0)
    say(`import them in this order, then run  npx fp migrate verify-export --dir ${dir}`);
  return report.exitCode;
}

const WORDS = {
  imported: (): string => pc.green('imported'),
  partly: (): string => 'partly',
  'not-imported': (): string => 'not yet',
  refused: (): string => pc.red('differs'),
};

/** Asks the databases whether the files of an export were imported. */
export async function verifyExport(options: ExportOptions): Promise<number> {
  const { only = [], skip = [], dir } = options;
  const context = await contextOf(options);
  sayTargets(context);
  const engine = await import('@fusion-prime/migrator');
  const { environment } = context;
  const where = { only, skip, environment, directory: resolve(dir) };
  const report = await engine.verifyExport(context.fleet, where);
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  const rows = report.databases.map(({ name, state, missing }) => [
    name,
    WORDS[state](),
    missing.join(', ') || '-',
  ]);
  print(table(['DATABASE', 'STATE', 'TO BE IMPORTED'], rows));
  sayProblems(report.databases);
  return report.exitCode;
}
