import type { DatabaseDrift } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { type CommonOptions, contextOf } from '../context.js';
import { print, printJson, say, table } from '../output.js';
import { shadowOptions } from '../shadow.js';
import { sayTargets } from '../targets.js';
import { sayProblems } from './migrate-read.js';

/** `fp migrate drift`: 0 when every schema is what its migrations make, 4 otherwise. */
export async function drift(options: CommonOptions & { fast?: boolean }): Promise<number> {
  const context = await contextOf(options);
  sayTargets(context);
  const { only = [], skip = [], fast = false } = options;
  const shadow = fast ? {} : shadowOptions();
  const { fleetDrift } = await import('@fusion-prime/migrator');
  const { environment } = context;
  const report = await fleetDrift(context.fleet, { only, skip, environment, fast, shadow });
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  const rows = report.databases.map((database) => [
    database.name,
    database.state,
    database.current === null ? '-' : `${database.current.number} ${database.current.name}`,
    fast || database.state === 'refused' ? '-' : String(database.differences.length),
  ]);
  print(table(['DATABASE', 'STATE', 'CURRENT', 'DIFFERENCES'], rows));
  for (const database of report.databases) tell(database);
  sayProblems(report.databases);
  return report.exitCode;
}

const MARKS = { missing: '-', unexpected: '+', changed: '~' } as const;

function tell({ name, state, differences, tolerated }: DatabaseDrift): void {
  for (const { kind, detail } of differences) print(`${name}: ${pc.yellow(MARKS[kind])} ${detail}`);
  for (const { tolerance, detail } of tolerated) {
    say(`${name}: tolerated since it was adopted (${tolerance}): ${detail}`);
  }
  if (state !== 'unknown') return;
  say(
    `${name}: the history holds no fingerprint of this schema yet:  npx fp migrate drift --only ${name}`,
  );
}
