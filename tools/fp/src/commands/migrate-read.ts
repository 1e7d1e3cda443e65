import type { DatabaseStatus, Problem } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { type CommonOptions, type Context, contextOf, URL_FORM } from '../context.js';
import { print, printJson, say, table } from '../output.js';
import { sayTargets } from '../targets.js';

const EXIT_PENDING = 3;
/** What is mended at the URLs: only the command line knows where those come from. */
const WAYS_OUT: Record<string, string> = {
  FLEET_URL_MISSING: `a URL looks like this:  ${URL_FORM}`,
  CREDENTIALS_REFUSED: 'mend the URL; or make the roles that it names:  npx fp databases create',
  UNREACHABLE: 'mend the URL, or start that server; the local one:  npm run db:up',
};

/** Loaded once the targets are said: the first line need not wait for the engine. */
const engine = () => import('@fusion-prime/migrator/read');

export async function status(options: CommonOptions & { check?: boolean }): Promise<number> {
  const context = await contextOf(options);
  sayTargets(context);
  const { fleetStatus } = await engine();
  const report = await fleetStatus(context.fleet, selection(options, context));
  const pending = report.databases.some(({ state }) => state === 'pending');
  const exitCode =
    report.exitCode === 0 && pending && options.check === true ? EXIT_PENDING : report.exitCode;
  if (options.json === true) {
    printJson({ ...report, exitCode });
    return exitCode;
  }
  const rows = report.databases.map((database) => [
    database.name,
    database.state,
    database.total === 0 ? '-' : `${database.applied}/${database.total}`,
    currentOf(database),
    database.pending.map(({ name }) => name).join(', '),
  ]);
  for (const name of report.withoutDatabase) rows.push([name, 'no database', '-', '-', '']);
  print(table(['DATABASE', 'STATE', 'APPLIED', 'CURRENT', 'PENDING'], rows));
  sayProblems(report.databases);
  return exitCode;
}

function currentOf({ current }: DatabaseStatus): string {
  return current === null ? '-' : `${current.number} ${current.name}`;
}

export async function history(options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  sayTargets(context);
  const { fleetHistory } = await engine();
  const report = await fleetHistory(context.fleet, selection(options, context));
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  const rows = report.databases.flatMap(({ name, entries }) =>
    entries.map((entry) => [
      name,
      String(entry.seq),
      entry.startedAt.slice(0, 19),
      entry.direction,
      entry.recovered ? `${entry.status} (recovered)` : entry.status,
      `${entry.number} ${entry.name}`,
      entry.durationMs === null ? '-' : `${entry.durationMs} ms`,
      `${entry.osUser ?? '?'}@${entry.host ?? '?'}`,
    ]),
  );
  const head = ['DATABASE', 'SEQ', 'STARTED (UTC)', 'WAY', 'STATUS', 'MIGRATION', 'TOOK', 'BY'];
  print(table(head, rows));
  sayProblems(report.databases);
  return report.exitCode;
}

export function selection(
  { only = [], skip = [] }: CommonOptions,
  { environment }: Context,
): { only: string[]; skip: string[]; environment: string | undefined } {
  return { only, skip, environment };
}

export function sayProblems(
  databases: readonly { name?: string; problem: Problem | null }[],
): void {
  const codes = new Set<string>();
  for (const { name, problem } of databases) {
    if (problem === null) continue;
    codes.add(problem.code);
    const { code, message } = problem;
    const whose = name === undefined || message.startsWith(`${name}:`) ? '' : `${name}: `;
    say(`${pc.red(code)} ${whose}${message}`);
  }
  // Once for all databases that it is about.
  for (const code of codes) if (WAYS_OUT[code] !== undefined) say(WAYS_OUT[code]);
}
