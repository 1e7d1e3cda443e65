import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { ComposeProject, ComposeService, Workload } from '../model.js';
import { literalOf, type Subject } from '../subject.js';
import { filled, isKnown, shown } from '../text/holes.js';
import { isPostgres, majorOf } from './compose-database.js';
import { judgeHealthChecks } from './compose-health.js';
import { order } from './compose-order.js';
import type { Judge } from './judge.js';
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
  // Elsewhere it is no volume that keeps it, however many there are.
  if (own !== undefined && !`${own}/`.startsWith(`${folder}/`)) {
    const message = `the data of ${workload.name} is in PGDATA=${own}, outside the volume at ${folder}`;
    const at = literalOf(workload, 'PGDATA')?.place ?? place;
    return [...undeclared, finding('FP-CMP-003', at, message)];
  }
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
  return hostsIn(service).flatMap(({ host, port, place, variable }) => {
    if (!isKnown(host)) return [];
    const named = project.services.filter(({ names }) => names.includes(host));
    const reached = named.find((other) => shareNetwork(service, other));
    if (reached !== undefined) {
      const listens = portOf(reached.workload);
      if (port === null || listens === null || port === listens) return [];
      const what = `${variable} of ${service.workload.name} leads to port ${port} of ${host}`;
      return [finding('FP-CMP-005', place, `${what}, which listens on ${listens}`)];
    }
    const why = named.length === 0 ? 'is no service of the file' : 'shares no network with it';
    const message = `${variable} of ${service.workload.name} leads to ${host}, which ${why}`;
    return [finding('FP-CMP-005', place, message)];
  });
}

/** Where a service listens, as far as the file says it. */
function portOf(workload: Workload): string | null {
  if (isPostgres(workload)) {
    const own = workload.command.some(({ value }) => value === '-p' || /\bport\s*=/.test(value));
    return own ? null : '5432';
  }
  const said = literalOf(workload, 'PORT')?.value ?? '';
  return /^\d+$/.test(said) ? said : null;
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
