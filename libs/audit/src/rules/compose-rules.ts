import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { ComposeProject, ComposeService } from '../model.js';
import { literalOf, type Subject } from '../subject.js';
import { filled, isKnown, shown } from '../text/holes.js';
import { isPostgres, majorOf } from './compose-database.js';
import { judgeHealthChecks } from './compose-health.js';
import type { AuditModel, Judge } from './judge.js';
import { hostsIn } from './compose-hosts.js';

/** What is wrong with compose files. */
export const judgeCompose: Judge = (model, context) =>
  model.projects.flatMap((project) => {
    const members = project.services.map((service) => ({
      service,
      subject: model.subjects.find(({ workload }) => workload === service.workload),
    }));
    return members.flatMap(({ service, subject }) =>
      subject === undefined
        ? []
        : [
            ...order(service, { subject, project, model }),
            ...judgeHealthChecks(service, { subject, project }),
            ...volumes(service, project),
            ...unchecked(service, subject, context),
            ...hosts(service, project),
            ...ports(service),
            ...openServer(service),
          ],
    );
  });

interface Around {
  readonly subject: Subject;
  readonly project: ComposeProject;
  readonly model: AuditModel;
}

/** Before a service its database is healthy and migrated; before a migration its database is healthy. */
function order(service: ComposeService, { subject, project, model }: Around): Finding[] {
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
  const needsServer = role !== 'other' || runsFp(service, 'databases');
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
  const makers = project.services.filter((one) => one !== service && runsFp(one, 'databases'));
  return makers.length > 0 && !makers.some((one) => waits.has(one))
    ? ['the databases to be made']
    : [];
}

function runsFp({ workload }: ComposeService, verb: string): boolean {
  const words = workload.command.map(({ value }) => value);
  const at = words.findIndex((word) => /(?:^|\/)fp(?:\.mjs)?$/.test(word));
  return at >= 0 && words[at + 1] === verb;
}

/** Everything that has started before, directly or through others. */
function awaited(
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

// Since 18 the image keeps its clusters in folders of their versions.
const FOLDER_SINCE_18 = '/var/lib/postgresql';

function volumes({ workload, place }: ComposeService, project: ComposeProject): Finding[] {
  const undeclared = workload.mounts
    .filter(
      ({ kind, source }) => kind === 'volume' && isKnown(source) && !project.volumes.has(source),
    )
    .map((mount) =>
      finding(
        'FP-CMP-003',
        mount.place,
        `the volume ${mount.source} of ${workload.name} is not declared`,
        'Name it under volumes.',
      ),
    );
  if (!isPostgres(workload)) return undeclared;
  const major = majorOf(workload) ?? 18;
  const own = literalOf(workload, 'PGDATA')?.value;
  const folder = major >= 18 ? FOLDER_SINCE_18 : (own ?? `${FOLDER_SINCE_18}/data`);
  const right = workload.mounts.find(
    ({ kind, path }) => kind === 'volume' && path.replace(/\/$/, '') === folder,
  );
  if (right !== undefined) return undeclared;
  const near = workload.mounts.find(({ path }) => path.startsWith(FOLDER_SINCE_18));
  const what =
    near === undefined
      ? 'is on no volume'
      : `is on ${near.kind === 'volume' ? '' : `a ${near.kind} at `}${near.path}`;
  const message = `the data of ${workload.name} (PostgreSQL ${major}) ${what}; it lies in ${folder}`;
  return [
    ...undeclared,
    finding('FP-CMP-003', near?.place ?? place, message, `A named volume at ${folder}.`),
  ];
}

const SECRET = /PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE|CREDENTIAL|DATABASE_URL|_DSN$/i;

/** What compose takes from the shell and a service cannot do without. */
function unchecked(
  { workload, interpolations }: ComposeService,
  { manifest }: Subject,
  context: AuditContext,
): Finding[] {
  const urls = new Set(
    context.fleet.flatMap(({ urlVariable, migrateUrlVariable }) => [
      urlVariable,
      migrateUrlVariable,
    ]),
  );
  return interpolations.flatMap(({ variable, use }) => {
    const known = manifest?.variables.find(({ name }) => name === variable);
    const isSecret =
      known?.secret === true ||
      urls.has(variable) ||
      SECRET.test(variable) ||
      SECRET.test(use.name);
    const required = isSecret || (known?.required === true && use.operator === '');
    if (variable.endsWith('_FILE') || !required || use.operator === ':?' || use.operator === ':+')
      return [];
    const message = `${variable} of ${workload.name} takes \${${use.name}${use.operator}}, set or not`;
    return [finding('FP-CMP-004', use.place, message, `\${${use.name}:?what to set}`)];
  });
}

function hosts(service: ComposeService, project: ComposeProject): Finding[] {
  return hostsIn(service).flatMap(({ host, place, variable }) => {
    if (!isKnown(host)) return [];
    const named = project.services.filter(({ names }) => names.includes(host));
    if (named.some((other) => shareNetwork(service, other))) return [];
    const why = named.length === 0 ? 'is no service of the file' : 'shares no network with it';
    const message = `${variable} of ${service.workload.name} leads to ${host}, which ${why}`;
    return [finding('FP-CMP-005', place, message)];
  });
}

function shareNetwork(a: ComposeService, b: ComposeService): boolean {
  // What has no network hands the name on to somebody who has.
  if (a.networks === null) return true;
  if (b.networks === null) return false;
  const of = ({ networks }: ComposeService): readonly string[] =>
    networks === null || networks.length === 0 ? ['default'] : networks;
  return of(a).some((name) => of(b).includes(name));
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[?::1\]?):/;

function ports({ published, workload }: ComposeService): Finding[] {
  return published
    .filter(({ value }) => !LOOPBACK.test(value))
    .map(({ value, place }) =>
      finding(
        'FP-CMP-006',
        place,
        `the port ${shown(value)} of ${workload.name} is open to the machine's network`,
      ),
    );
}

function openServer({ workload, place }: ComposeService): Finding[] {
  if (!isPostgres(workload)) return [];
  const method = literalOf(workload, 'POSTGRES_HOST_AUTH_METHOD');
  if (method?.value === 'trust') {
    return [finding('FP-CMP-006', method.place, `${workload.name} asks nobody for a password`)];
  }
  const names = ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE'];
  const has = workload.variables.some(({ name, source }) => {
    const empty = source.kind === 'literal' && filled(source.text.value, 'x') === '';
    return (names.includes(name) && !empty) || name === '*';
  });
  return has ? [] : [finding('FP-CMP-006', place, `${workload.name} has no password`)];
}
