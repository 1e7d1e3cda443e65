import type { Step } from '../run/apply.js';
import { label, type Script } from '../sources/migration.js';
import { rehearse } from '../sources/rehearsal.js';
import { splitStatements, type Statement, statementsOf } from '../sources/statements.js';
import { type Loss, lossesOf, MAY_LOSE, MAY_RENAME, Renames } from './data-loss.js';

/** A loss, and the step that brings it. */
export interface PlannedLoss {
  step: Step;
  loss: Loss;
}

// A migration class that sends more than this is generated; it is then "may lose data".
const MOST_QUERIES = 2_000;

/** What the steps of a plan would take away, in order, read without asking any database. */
export async function lossesOfSteps(steps: readonly Step[]): Promise<PlannedLoss[]> {
  const renames = new Renames();
  const planned: PlannedLoss[] = [];
  for (const step of steps) {
    const script = step.migration[step.direction];
    if (script === null) continue;
    const statements = await suspects(script, label(step.migration));
    const losses: Loss[] =
      statements === null
        ? [{ kind: 'opaque', why: 'what this class sends cannot be known beforehand' }]
        : lossesOf(statements, renames);
    planned.push(...losses.map((loss) => ({ step, loss })));
  }
  return planned;
}

/** The statements of a script that are worth a look; null when they cannot be known. */
async function suspects(script: Script, origin: string): Promise<Statement[] | null> {
  const suspicious = (sql: string): boolean => MAY_LOSE.test(sql) || MAY_RENAME.test(sql);
  if (script.kind === 'sql') return suspicious(script.sql) ? statementsOf(script) : [];
  const queries = await rehearse(script, { mostQueries: MOST_QUERIES, takesParameters: true });
  if (queries === null) return null;
  const statements: Statement[] = [];
  for (const query of queries.filter(suspicious)) {
    statements.push(...(await splitStatements(query, origin)));
  }
  return statements;
}
