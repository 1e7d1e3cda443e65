import type { Step } from '../run/apply.js';
import { statementsLike } from '../sources/statements-like.js';
import { type Loss, lossesOf, MATTERS } from './data-loss.js';
import { Renames } from './renames.js';

/** A loss, and the step that brings it. */
export interface PlannedLoss {
  step: Step;
  loss: Loss;
}

/** What the steps of a plan would take away, in order, read without asking any database. */
export async function lossesOfSteps(steps: readonly Step[]): Promise<PlannedLoss[]> {
  const renames = new Renames();
  const planned: PlannedLoss[] = [];
  for (const step of steps) {
    const statements = await statementsLike(step.migration, step.direction, MATTERS);
    const losses: Loss[] =
      statements === null
        ? [{ kind: 'opaque', why: 'what this class sends cannot be known beforehand' }]
        : lossesOf(statements, renames);
    planned.push(...losses.map((loss) => ({ step, loss })));
  }
  return planned;
}
