import { parseDatabaseUrl } from '@fusion-prime/database/connection';
import type { AuditContext } from '../context.js';
import type { DeploymentFacts } from '../facts.js';
import { type Finding, finding } from '../finding.js';
import type { Text } from '../model.js';
import type { Subject } from '../subject.js';
import { filled, isKnown, shown } from '../text/holes.js';
import { chosen } from './env-rules.js';
import type { AuditModel, Judge } from './judge.js';
import { deployments } from './pipeline-order.js';
import { targetOf, writtenUrls } from './urls.js';

/** How services reach their instance of Cloud SQL. */
export const judgeInstances: Judge = (model, context) => [
  ...model.subjects.flatMap((subject) => [
    ...names(subject),
    ...misplaced(subject),
    ...detached(subject),
    ...attached(subject, context),
    ...proxied(subject, context),
    ...regions(subject.workload.region, subject),
  ]),
  ...regionsOfPipelines(model),
  ...strangeInstances(model),
];

const OF_NAME = {
  DBCFG_CLOUDSQL_ZONE: 'FP-SQL-003',
  DBCFG_CLOUDSQL_FORMAT: 'FP-SQL-004',
  DBCFG_CLOUDSQL_SUFFIX: 'FP-SQL-004',
  DBCFG_SOCKET_TOO_LONG: 'FP-SQL-004',
} as const;

/** What the parser of DATABASE_URL says of a connection name. */
function problemsOf(name: string): { code: keyof typeof OF_NAME; hint: string }[] {
  const url = `postgresql://u:p@/d?host=/cloudsql/${encodeURIComponent(name)}`;
  const rules = { audience: 'service-production', allowLoopback: false, variable: '' } as const;
  return parseDatabaseUrl(url, rules).problems.flatMap(({ code, hint }) =>
    code in OF_NAME ? [{ code: code as keyof typeof OF_NAME, hint }] : [],
  );
}

function isWellFormed({ value }: Text): boolean {
  return problemsOf(value).length === 0;
}

function names({ workload }: Subject): Finding[] {
  return [...workload.instances, ...workload.misplacedInstances].flatMap(({ value, place }) =>
    problemsOfText(value).map(({ code, hint }) => {
      const message = `${workload.name} attaches ${shown(value)} (${code})`;
      return finding(OF_NAME[code], place, message, hint);
    }),
  );
}

/** Of `$PROJECT_ID:us-central1-a:$NAME` the zone is known, and nothing else can be judged. */
function problemsOfText(value: string): ReturnType<typeof problemsOf> {
  if (isKnown(value)) return problemsOf(value);
  return problemsOf(filled(value, 'any-name')).filter(({ code }) => code === 'DBCFG_CLOUDSQL_ZONE');
}

function misplaced({ workload }: Subject): Finding[] {
  const [first] = workload.misplacedInstances;
  if (first === undefined) return [];
  const message = `the instance of ${workload.name} is attached where the platform does not look`;
  return [finding('FP-SQL-002', first.place, message)];
}

function detached({ workload }: Subject): Finding[] {
  return workload.removals
    .filter(({ flag }) => /^--(?:clear|remove)-cloudsql-instances$/.test(flag))
    .map(({ flag, place }) =>
      finding('FP-SQL-008', place, `${flag} takes the database away from ${workload.name}`),
    );
}

/** The instances that a workload must have: what its URL says, or else the facts. */
function expected(subject: Subject, context: AuditContext): string[] {
  const written = writtenUrls(subject, context).flatMap((url) => {
    const target = targetOf(url);
    return target?.kind === 'cloudsql-socket' ? [target.host.slice('/cloudsql/'.length)] : [];
  });
  if (written.length > 0) return written.filter(isKnown);
  const { environment, role, facts, workload } = subject;
  if (environment === null || workload.platform === 'compose') return [];
  if (role === 'service' && facts !== null) return [connectionName(environment, facts.instance)];
  if (role !== 'migration') return [];
  return chosen(workload.command, context.fleet).flatMap(({ name }) => {
    const instance = environment.services[name]?.instance;
    return instance === undefined ? [] : [connectionName(environment, instance)];
  });
}

function connectionName({ project, region }: DeploymentFacts, instance: string): string {
  return `${project}:${region}:${instance}`;
}

function attached(subject: Subject, context: AuditContext): Finding[] {
  const { workload } = subject;
  const { instances, how, name, place, proxy, platform } = workload;
  if (how === 'change' || platform === 'compose') return [];
  const wanted = expected(subject, context);
  const [first] = wanted;
  if (first === undefined) return [];
  if (instances.length === 0) {
    const where = proxy?.place ?? place;
    return [
      finding('FP-SQL-001', where, `${name} attaches no instance; its database is on ${first}`),
    ];
  }
  // A name that is wrong in itself has its own finding.
  if (instances.some((one) => isKnown(one.value) && !isWellFormed(one))) return [];
  const there = instances.map(({ value }) => value);
  const missing = wanted.filter((one) => !there.includes(one));
  const at = instances.find(({ value }) => !wanted.includes(value)) ?? instances[0];
  return missing.map((one) =>
    finding(
      'FP-SQL-005',
      at?.place ?? place,
      `${name} attaches ${shown(at?.value ?? '')}, and its database is on ${one}`,
      `Attach ${one}.`,
    ),
  );
}

/** A proxy that is not there when it is needed, or whose sockets the service does not see. */
function proxied(subject: Subject, context: AuditContext): Finding[] {
  const { workload } = subject;
  const { proxy, name } = workload;
  if (proxy === null || expected(subject, context).length === 0) return [];
  const why = !proxy.beside
    ? 'is no sidecar: it has no restartPolicy Always'
    : proxy.folder === null
      ? 'makes no socket: --unix-socket=/cloudsql is missing'
      : proxy.folder !== '/cloudsql'
        ? `makes its sockets in ${proxy.folder}, and URLs say /cloudsql`
        : !proxy.shared
          ? 'makes its sockets where the service does not see them: mount the same volume in both'
          : null;
  return why === null ? [] : [finding('FP-SQL-001', proxy.place, `the proxy of ${name} ${why}`)];
}

function regionOf(connection: string): string | undefined {
  const parts = connection.split(':');
  return parts.length < 3 ? undefined : parts.at(-2);
}

function regions(region: Text | null, { workload, role }: Subject): Finding[] {
  if (region === null || !isKnown(region.value) || role === 'other') return [];
  const far = workload.instances
    .filter((one) => isKnown(one.value) && isWellFormed(one))
    .find(({ value }) => regionOf(value) !== region.value);
  if (far === undefined) return [];
  const message = `${workload.name} runs in ${region.value}, and its database is in ${regionOf(far.value)}`;
  return [finding('FP-SQL-007', region.place, message)];
}

/** The region that a pipeline deploys a file to. */
function regionsOfPipelines(model: AuditModel): Finding[] {
  return model.pipelines.flatMap((pipeline) =>
    deployments(pipeline, model).flatMap(({ at: { action }, subject }) =>
      action.kind === 'replace' ? regions(action.region, subject) : [],
    ),
  );
}

/** Backups and imports of an instance that no environment has. */
function strangeInstances({ pipelines, subjects }: AuditModel): Finding[] {
  const environments = new Set(subjects.flatMap(({ environment }) => environment ?? []));
  const known = [...environments].flatMap(({ services }) =>
    Object.values(services).map(({ instance }) => instance),
  );
  if (known.length === 0) return [];
  return pipelines.flatMap(({ steps }) =>
    steps.flatMap(({ actions }) =>
      actions.flatMap((action) => {
        if (action.kind !== 'instance' || !isKnown(action.instance.value)) return [];
        const { value, place } = action.instance;
        if (known.includes(value.slice(value.lastIndexOf(':') + 1))) return [];
        const message = `gcloud ${action.does} is about ${value}, which no environment has`;
        return [finding('FP-SQL-005', place, message, `Instances: ${known.join(', ')}.`)];
      }),
    ),
  );
}
