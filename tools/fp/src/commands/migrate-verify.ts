import type { DatabaseVerification, VerifiedMigration } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { type CommonOptions, offlineFleet } from '../context.js';
import { print, printJson, say, table } from '../output.js';
import { shadowOptions } from '../shadow.js';
import { sayProblems } from './migrate-read.js';

export interface VerifyOptions extends CommonOptions {
  rows?: number;
  targetVersion?: number;
}

/** Proves on a shadow that every migration goes up, down and up again, over rows. */
export async function verify(options: VerifyOptions): Promise<number> {
  const fleet = await offlineFleet(options);
  say(`trying on a shadow: ${fleet.databases.map(({ name }) => name).join(', ')}`);
  const { fleetVerify } = await import('@fusion-prime/migrator');
  const report = await fleetVerify(fleet, {
    shadow: shadowOptions(options.targetVersion),
    ...(options.rows !== undefined && { rows: options.rows }),
  });
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  const rows = report.databases.flatMap(({ name, migrations }) =>
    migrations.map((migration) => [
      name,
      `${migration.number} ${migration.name}`,
      migration.wayBack === 'none' ? 'no way back' : migration.wayBack,
      lostText(migration),
    ]),
  );
  print(table(['DATABASE', 'MIGRATION', 'UP, DOWN, UP', 'LOST ON THE WAY'], rows));
  for (const database of report.databases) sayFindings(database);
  sayProblems(report.databases);
  say(`PostgreSQL ${report.majorVersion}, ${report.durationMs} ms`);
  return report.exitCode;
}

function lostText({ lost }: VerifiedMigration): string {
  const parts = lost.map(({ table: name, rows, columns }) =>
    rows > 0 ? `${rows} rows of ${name}` : `values of ${name} (${columns.join(', ')})`,
  );
  return parts.join('; ') || '-';
}

function sayFindings({ name, migrations, unseeded }: DatabaseVerification): void {
  for (const { number, name: title, differences } of migrations) {
    for (const { detail } of differences) say(`${pc.red(name)}: ${number} ${title}: ${detail}`);
  }
  for (const { table: of, rows, refused } of unseeded) {
    say(`${pc.yellow(name)}: ${of} was tried with ${rows} rows only: ${refused}`);
  }
}
