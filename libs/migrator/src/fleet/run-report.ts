import type { Direction } from '../run/events.js';
import { exitCodeOf } from './problem.js';
import type { DatabaseRun, FleetRunReport } from './reports.js';
import type { RunRules } from './run-database.js';

const EXIT_PARTLY_FAILED = 6;
const EXIT_INTERRUPTED = 143;

interface Ended {
  command: Direction;
  databases: DatabaseRun[];
  rules: RunRules;
  startedAt: Date;
  withoutDatabase: string[];
}

/** The three lists, the exit code and the command to go on with. */
export function runReport(ended: Ended): FleetRunReport {
  const { command, databases, rules, startedAt, withoutDatabase } = ended;
  const named = (outcome: DatabaseRun['outcome']): string[] =>
    databases.filter((run) => run.outcome === outcome).map(({ name }) => name);
  const [done, failed, untouched] = [named('done'), named('failed'), named('untouched')];
  const problemCode = exitCodeOf(databases.map(({ problem }) => problem));
  const rolledBack = databases.filter(
    ({ undone, undoProblem }) => undone.length > 0 && undoProblem === null,
  );
  const stands = databases.some(
    ({ outcome, undoProblem }) => outcome === 'done' || undoProblem !== null,
  );
  const partly = stands && problemCode !== 0;
  const interrupted = rules.apply.signal?.aborted === true && done.length < databases.length;
  const rest = databases.filter(({ outcome }) => outcome !== 'done').map(({ name }) => name);
  return {
    command,
    runId: rules.apply.run.runId,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    exitCode: interrupted ? EXIT_INTERRUPTED : partly ? EXIT_PARTLY_FAILED : problemCode,
    databases,
    done,
    failed,
    untouched,
    rolledBack: rolledBack.map(({ name }) => name),
    withoutDatabase,
    next: rest.length === 0 ? null : `fp migrate ${command} --only ${rest.join(',')}`,
  };
}
