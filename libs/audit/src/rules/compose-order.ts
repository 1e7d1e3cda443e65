import { type Finding, finding } from '../finding.js';
import type { ComposeProject, ComposeService } from '../model.js';
import type { Subject } from '../subject.js';
import { isPostgres } from './compose-database.js';
import { commandOfFp } from './fp-command.js';
import type { AuditModel } from './judge.js';

interface Around {
  readonly subject: Subject;
  readonly project: ComposeProject;
  readonly model: AuditModel;
}

/** Before a service its database is healthy and migrated; before a migration its database is healthy. */
export function order(service: ComposeService, { subject, project, model }: Around): Finding[] {
  const { name } = service.workload;
  const roleOf = (other: ComposeService): Subject['role'] =>
    model.subjects.find(({ workload }) => workload === other.workload)?.role ?? 'other';
  const found = service.dependsOn.flatMap(({ name: needed, condition, place }): Finding[] => {
    const other = project.services.find(({ workload }) => workload.name === needed);
    if (other === undefined) {
      return [finding('FP-CMP-001', place, `${name} depends on ${needed}, which is not there`)];
    }
    const ends = other.workload.kind === 'job' || roleOf(other) === 'migration';
    const matters = ends || isPostgres(other.workload) || roleOf(other) === 'service';
    const wanted = ends ? 'service_completed_successfully' : 'service_healthy';
    const neverEnds =
      condition === 'service_completed_successfully' && other.workload.kind !== 'job';
    if (neverEnds && !ends) {
      return [
        finding(
          'FP-CMP-001',
          place,
          `${name} waits for the end of ${needed}, which is started again and again`,
        ),
      ];
    }
    if (!matters || condition === wanted) return [];
    const message = `${name} starts when ${needed} is ${condition ?? 'service_started'}`;
    return [finding('FP-CMP-001', place, message, `condition: ${wanted}`)];
  });
  return [...found, ...notAwaited(service, { subject, project, model })];
}

function notAwaited(service: ComposeService, { subject, project, model }: Around): Finding[] {
  const { name } = service.workload;
  const { role } = subject;
  const waits = awaited(service, project, new Set());
  const missing = (what: string): Finding =>
    finding('FP-CMP-001', service.place, `${name} does not wait for ${what}`);
  const isMigration = (other: ComposeService): boolean =>
    model.subjects.some(
      ({ workload, role: of }) => workload === other.workload && of === 'migration',
    );
  const servers = project.services.filter(({ workload }) => isPostgres(workload));
  const migrations = project.services.filter(isMigration);
  const needsServer = role !== 'other' || makesDatabases(service);
  if (service.workload.kind === 'job' && role === 'service') return [];
  return [
    ...(needsServer && servers.length > 0 && !servers.some((one) => waits.has(one))
      ? [missing('the database')]
      : []),
    ...(role === 'service' && migrations.length > 0 && !migrations.some((one) => waits.has(one))
      ? [missing('the migrations')]
      : []),
    ...(role === 'migration' ? notCreated(service, project, waits).map(missing) : []),
  ];
}

/** Databases that a step of the file makes must be there before they are migrated. */
function notCreated(
  service: ComposeService,
  project: ComposeProject,
  waits: ReadonlySet<ComposeService>,
): string[] {
  const makers = project.services.filter((one) => one !== service && makesDatabases(one));
  return makers.length > 0 && !makers.some((one) => waits.has(one))
    ? ['the databases to be made']
    : [];
}

function makesDatabases({ workload }: ComposeService): boolean {
  return commandOfFp(workload.command) === 'databases create';
}

/** Everything that has started before, directly or through others. */
export function awaited(
  service: ComposeService,
  project: ComposeProject,
  seen: Set<ComposeService>,
): Set<ComposeService> {
  for (const { name } of service.dependsOn) {
    const other = project.services.find(({ workload }) => workload.name === name);
    if (other === undefined || seen.has(other)) continue;
    seen.add(other);
    awaited(other, project, seen);
  }
  return seen;
}
