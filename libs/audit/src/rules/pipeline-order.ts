import type { Action, Check, Pipeline, Step } from '../model.js';
import type { Subject } from '../subject.js';
import type { AuditModel } from './judge.js';

/** An action, and where in its pipeline it stands. */
export interface Placed<A extends Action = Action> {
  readonly action: A;
  readonly step: Step;
  readonly stepIndex: number;
  readonly index: number;
}

/** Every action of a kind, in the order of the file. */
export function placed<K extends Action['kind']>(
  { steps }: Pipeline,
  kind: K,
): Placed<Extract<Action, { kind: K }>>[] {
  return steps.flatMap((step, stepIndex) =>
    step.actions.flatMap((action, index) =>
      action.kind === kind
        ? [{ action: action as Extract<Action, { kind: K }>, step, stepIndex, index }]
        : [],
    ),
  );
}

/** Whether the first has ended, well, before the second begins. */
export function isBefore(first: Placed, second: Placed): boolean {
  if (!first.step.stops) return false;
  if (first.stepIndex === second.stepIndex) return first.index < second.index;
  return second.step.after.has(first.stepIndex);
}

export function checks(
  pipeline: Pipeline,
  what: Check,
): Placed<Extract<Action, { kind: 'check' }>>[] {
  return placed(pipeline, 'check').filter(({ action }) => action.what === what && action.decisive);
}

/** Whether the pipeline ends when it fails. */
export function isDecisive(action: Action): boolean {
  return !('decisive' in action) || action.decisive;
}

export interface Deployment {
  readonly at: Placed;
  readonly subject: Subject;
}

/** What a pipeline deploys, by flags and by files, and where. */
export function deployments(pipeline: Pipeline, { subjects }: AuditModel): Deployment[] {
  const byFlags = placed(pipeline, 'deploy').flatMap((at) =>
    subjects
      .filter(({ workload }) => workload === at.action.workload)
      .map((subject): Deployment => ({ at, subject })),
  );
  const byFile = placed(pipeline, 'replace').flatMap((at) =>
    subjects
      .filter(
        ({ workload }) =>
          workload.platform === 'cloud-run' && at.action.paths.includes(workload.place.file),
      )
      .map((subject): Deployment => ({ at, subject })),
  );
  return [...byFlags, ...byFile];
}

export function deployedBy(pipeline: Pipeline, model: AuditModel): Subject[] {
  return deployments(pipeline, model).map(({ subject }) => subject);
}
