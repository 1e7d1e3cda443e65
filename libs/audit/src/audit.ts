import type { AuditContext } from './context.js';
import type { Finding } from './finding.js';
import type { Place, Workload } from './model.js';
import type { AuditedFile } from './files.js';
import { Draft, type Note } from './read/draft.js';
import { FileReader } from './read/read-files.js';
import type { AuditModel } from './rules/judge.js';
import { printable } from './redact.js';
import { JUDGES } from './rules/rules.js';
import { subjectsOf } from './subject.js';
import { isKnown } from './text/holes.js';
import { suppressed } from './suppress.js';

export interface AuditReport {
  /** The files that were understood and judged. */
  readonly files: readonly string[];
  /** Files that could not be read at all: nobody knows what is in them. */
  readonly unreadable: readonly Note[];
  /** What was left out, and why. */
  readonly notes: readonly Note[];
  /** By file and line, the suppressed ones among them. */
  readonly findings: readonly Finding[];
}

/** Reads and judges deployment files. Pure: the texts are passed in; never throws for anything they hold. */
export function audit(files: readonly AuditedFile[], context: AuditContext): AuditReport {
  const draft = new Draft();
  const understood = new FileReader(files, draft).read();
  demandDeployed(draft);
  tellOpen(draft);
  const { unreadable, notes } = draft;
  const model = modelOf(draft, context);
  tellOthers(model, draft);
  const found = JUDGES.flatMap((judge) => judge(model, context));
  const findings = suppressed(inOrder(found), files, context.today);
  // In a folder of packages there was nothing to audit, whatever they hold.
  const judged = draft.deploys || files.some(({ named }) => named) ? understood : [];
  return { files: judged, unreadable, notes, findings: inOrder(findings) };
}

/** Where variables come from a file that is not read, rules about missing ones say nothing: that is said. */
function tellOpen(draft: Draft): void {
  for (const { name, variables } of workloadsOf(draft)) {
    for (const { name: variable, place, source } of variables) {
      if (variable !== '*' || source.kind !== 'unknown' || source.missing === true) continue;
      draft.note(place, `variables of ${name} ${source.reason}: what is missing is not found`);
    }
  }
}

/** A file that a pipeline deploys must say what it deploys. */
function demandDeployed(draft: Draft): void {
  const files = new Set(
    draft.workloads
      .filter(({ platform }) => platform === 'cloud-run')
      .map(({ place }) => place.file),
  );
  const actions = draft.pipelines.flatMap(({ steps }) => steps.flatMap((step) => step.actions));
  for (const action of actions) {
    if (action.kind !== 'replace') continue;
    for (const path of action.paths.filter((one) => !files.has(one))) {
      draft.cannotRead(action.place, `${path} holds no service and no job of Cloud Run`);
    }
  }
}

/** What is deployed and is nobody of the fleet is hardly judged: that is said, a name may be misspelt. */
function tellOthers({ subjects }: AuditModel, draft: Draft): void {
  for (const { role, workload } of subjects) {
    const { platform, kind, name, place } = workload;
    if (role !== 'other' || platform === 'compose' || kind !== 'service' || !isKnown(name))
      continue;
    draft.note(place, `${name} is no service of the fleet: its wiring is not judged`);
  }
}

function modelOf(draft: Draft, context: AuditContext): AuditModel {
  return { ...draft, subjects: subjectsOf(workloadsOf(draft), context) };
}

/** What stands in files of its own, and what pipelines deploy by flags. */
function workloadsOf({ workloads, pipelines }: Draft): Workload[] {
  const deployed = pipelines.flatMap(({ steps }) =>
    steps.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'deploy' ? [action.workload] : [])),
    ),
  );
  return [...workloads, ...deployed];
}

/** Each once, though two targets may be made of the same line; in the order in which people read. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const unique = new Map(
    findings.map((one) => [`${one.rule} ${placeText(one.place)} ${one.message}`, one]),
  );
  return [...unique.values()].sort(
    (a, b) => comparePlaces(a.place, b.place) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}

function comparePlaces(a: Place, b: Place): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** `file:line:column` */
export function placeText({ file, line, column }: Place): string {
  return `${printable(file)}:${line}:${column}`;
}

const EXIT_FINDINGS = 11;
const EXIT_NOT_AUDITED = 2;

/** 0 nothing · 11 errors · 2 something could not be read, or there was nothing to read. */
export function exitCodeOf({ files, unreadable, findings }: AuditReport): number {
  if (unreadable.length > 0 || files.length === 0) return EXIT_NOT_AUDITED;
  const errors = findings.some(({ level, suppressed }) => level === 'error' && suppressed === null);
  return errors ? EXIT_FINDINGS : 0;
}
