import type { EntityDiff, GeneratedMigration, GeneratedQuery } from '@fusion-prime/migrator';
import { type CommonOptions, offlineFleet } from '../context.js';
import {
  isSqlFolder,
  migrationName,
  type MigrationText,
  writeMigration,
} from '../migration-files.js';
import { counted, print, printJson, say } from '../output.js';
import { CommandRefused } from '../refusal.js';
import { shadowOptions } from '../shadow.js';
import { sayProblems } from './migrate-read.js';

export interface GenerateOptions extends CommonOptions {
  check?: boolean;
  name?: string;
}

const EXIT_PENDING = 3;

/** What the entities want and the migrations do not make, as the next migration. */
export async function generate(options: GenerateOptions, ...names: string[]): Promise<number> {
  const only = [...(options.only ?? []), ...names];
  const fleet = await offlineFleet({ ...options, only });
  say(`comparing on a shadow: ${fleet.databases.map(({ name }) => name).join(', ')}`);
  const { fleetGenerate } = await import('@fusion-prime/migrator');
  const report = await fleetGenerate(fleet, { shadow: shadowOptions() });
  const changed = report.databases.filter(({ up }) => up.length > 0);
  const files = options.check === true ? [] : changed.flatMap((one) => write(one, options.name));
  const exitCode =
    report.exitCode === 0 && options.check === true && changed.length > 0
      ? EXIT_PENDING
      : report.exitCode;
  if (options.json === true) {
    printJson({ ...report, exitCode, files });
    return exitCode;
  }
  for (const { name, up, problem } of report.databases) {
    if (problem !== null) continue;
    print(`${name}: ${up.length === 0 ? 'nothing to do' : counted(up.length, 'statement')}`);
    if (options.check === true) for (const { sql } of up) print(`  ${sql};`);
  }
  for (const file of files) print(file);
  if (files.length > 0)
    say('read it, then:  npx tsc -b && npx fp migrate lint && npx fp migrate verify');
  sayProblems(report.databases);
  return exitCode;
}

function write({ folder, name, ...diff }: GeneratedMigration, title: string | undefined): string[] {
  if (title === undefined) {
    throw new CommandRefused(
      'USAGE',
      `${name} differs from its entities: add --name "what it does"`,
    );
  }
  const why = `Generated from the entities of ${name}: say why.`;
  const text = isSqlFolder(folder) ? sqlText(diff, why) : classText(diff, why);
  return writeMigration(folder, migrationName([title]), text);
}

function sqlText({ up, down }: EntityDiff, why: string): MigrationText {
  const lines = (queries: readonly GeneratedQuery[]): string =>
    queries.map(({ sql }) => `${sql};\n`).join('');
  return { why, up: lines(up), down: lines(down) };
}

function classText({ up, down }: EntityDiff, why: string): MigrationText {
  const lines = (queries: readonly GeneratedQuery[]): string =>
    queries.map((query) => `    await queryRunner.query(${argumentsOf(query)});\n`).join('');
  return { why, up: lines(up), down: lines(down) };
}

/** A template string, so that the quotes of SQL stay as they are. */
function argumentsOf({ sql, parameters }: GeneratedQuery): string {
  const text = `\`${sql.replace(/[\\`]|\$\{/g, (mark) => `\\${mark}`)}\``;
  return parameters.length === 0 ? text : `${text}, ${JSON.stringify(parameters)}`;
}
