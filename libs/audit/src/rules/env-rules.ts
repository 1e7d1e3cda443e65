import { type Finding, finding } from '../finding.js';
import { isOpen, type Subject, variablesNamed } from '../subject.js';
import type { Judge } from './judge.js';

/** What is wrong with the variables of services and of migrations. */
export const judgeVariables: Judge = ({ subjects }, context) =>
  subjects.flatMap((subject) => [...missingUrl(subject, context.manifest !== null)]);

/** The variables, of which a service needs one. */
function urlNames({ fleet }: Subject, own: boolean): string[] {
  const names = ['DATABASE_URL', ...(own || fleet === null ? [] : [fleet.urlVariable])];
  return names.flatMap((name) => [name, `${name}_FILE`]);
}

function missingUrl(subject: Subject, own: boolean): Finding[] {
  const { workload, role } = subject;
  if (role !== 'service' || workload.how === 'change' || isOpen(workload)) return [];
  if (variablesNamed(workload, ...urlNames(subject, own)).length > 0) return [];
  return [finding('FP-ENV-001', workload.place, `${workload.name} gets no DATABASE_URL`)];
}
