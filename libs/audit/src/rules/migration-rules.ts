import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import { migrationIn } from '../gcloud/action.js';
import type { Action, Pipeline, Place, Text } from '../model.js';
import type { Subject } from '../subject.js';
import { isHole, isKnown, shown } from '../text/holes.js';
import { commandOfFp, environmentOf } from './fp-command.js';
import type { AuditModel, Judge } from './judge.js';
import { isPostgres } from './compose-database.js';
import {
  checks,
  type Deployment,
  deployments,
  isBefore,
  isDecisive,
  placed,
  type Placed,
} from './pipeline-order.js';
import { ownersOf, strangerIn } from './secret-owners.js';
import { targetOf } from './urls.js';

/** Migrations happen once, before the services, to their own databases. */
export const judgeMigrations: Judge = (model, context) => [
  ...model.pipelines.flatMap((pipeline) => beforeDeployment(pipeline, model)),
  ...besideServices(model),
  ...model.subjects.flatMap((subject) => [
    ...exactlyOnce(subject),
    ...asked(subject),
    ...byItself(subject),
    ...otherDatabases(subject, context),
  ]),
];

function beforeDeployment(pipeline: Pipeline, model: AuditModel): Finding[] {
  const services = deployments(pipeline, model).filter(({ subject }) => subject.role === 'service');
  const unnoticed = deployments(pipeline, model)
    .filter(({ subject, at: { action } }) => subject.role === 'migration' && !isDecisive(action))
    .map(({ subject, at }) => {
      const message = `nobody notices when ${subject.workload.name} is not replaced, and the old one migrates`;
      return finding('FP-MIG-001', at.action.place, message, 'set -e');
    });
  const [unprepared] = services.filter((one) => !isMigratedBefore(one, pipeline, model));
  if (unprepared === undefined) return unnoticed;
  const { action } = unprepared.at;
  const runs = placed(pipeline, 'execute').some(
    (job) =>
      isBefore(job, unprepared.at) && isMigration(job.action.job, model) && !job.action.waits,
  );
  const why = runs ? ': the job is started, and not waited for' : '';
  const message = `${unprepared.subject.workload.name} is deployed and nothing has migrated its database${why}`;
  return [...unnoticed, finding('FP-MIG-001', action.place, message)];
}

function isMigratedBefore({ at }: Deployment, pipeline: Pipeline, model: AuditModel): boolean {
  const jobs = placed(pipeline, 'execute').filter(
    (job) =>
      job.action.waits &&
      job.action.decisive &&
      isMigration(job.action.job, model) &&
      isOfThisCommit(job, pipeline, model),
  );
  const commands = checks(pipeline, 'migrate');
  // SQL files are imported one by one; only the check says that all of them were.
  const imports = checks(pipeline, 'verify-export');
  return [...jobs, ...commands, ...imports].some((one) => isBefore(one, at));
}

/** A job whose file is here runs what was deployed last, unless this pipeline deploys it before. */
function isOfThisCommit(
  job: Placed<Extract<Action, { kind: 'execute' }>>,
  pipeline: Pipeline,
  model: AuditModel,
): boolean {
  const isIt = ({ workload }: Subject): boolean =>
    workload.kind === 'job' &&
    workload.platform === 'cloud-run' &&
    workload.name === job.action.job?.value;
  if (!model.subjects.some(isIt)) return true;
  return deployments(pipeline, model).some(({ at, subject }) => isIt(subject) && isBefore(at, job));
}

/** A job that is not among the files is believed by its name. */
function isMigration(job: Text | null, { subjects }: AuditModel): boolean {
  if (job === null || isHole(job.value)) return false;
  const known = subjects.filter(({ workload }) => workload.kind === 'job');
  const found = known.find(({ workload }) => workload.name === job.value);
  if (found !== undefined) return found.role === 'migration';
  return known.every(({ role }) => role !== 'migration') && /migrat/.test(job.value);
}

/** Objects and containers that are started together bring their migration along. */
function besideServices({ subjects, clusters, projects }: AuditModel): Finding[] {
  const groups = [...clusters.filter(({ whole }) => whole), ...projects];
  return groups.flatMap(({ target, place }) => {
    const members = subjects.filter(({ workload }) => workload.target === target);
    const services = members.filter(({ role }) => role === 'service');
    if (services.length === 0) return [];
    if (members.some(({ role }) => role === 'migration')) return notCreated(members, place);
    // That it does so by itself is FP-MIG-002.
    if (services.some(({ workload }) => migrationIn(workload.command) !== 'none')) return [];
    return [finding('FP-MIG-001', place, `nothing in ${target} migrates`)];
  });
}

/** One server for several services has no database but its own until somebody makes them. */
function notCreated(members: readonly Subject[], place: Place): Finding[] {
  const [first] = members;
  const shared = members.filter(({ role, manifest }) => role === 'service' && manifest !== null);
  if (first?.workload.platform !== 'compose' || shared.length < 2) return [];
  if (!members.some(({ workload }) => isPostgres(workload))) return [];
  if (members.some(({ workload }) => commandOfFp(workload.command) === 'databases create'))
    return [];
  const message = `nothing in ${first.workload.target} makes the databases`;
  return [finding('FP-MIG-001', place, message, 'A step with fp databases create.')];
}

// The longest statement that a migration may run; the task must outlive it.
const STATEMENT_SECONDS = 900;
// A day; Cloud Run takes a week, and nobody waits for it.
const LONGEST_SECONDS = 86_400;
const DEFAULT_SECONDS: Readonly<Record<string, string>> = { 'cloud-run': '600' };

/** A migration that is run again, or twice at once, or cut off, is no migration that was run. */
function exactlyOnce({ workload, role }: Subject): Finding[] {
  const { job, platform, name, place, how } = workload;
  if (role !== 'migration' || job === null || how === 'change') return [];
  const { retries, tasks, parallelism, timeoutSeconds, restartPolicy } = job;
  const wrong = (text: Text | null, what: string, mend: string): Finding[] => [
    finding('FP-MIG-001', text?.place ?? place, `${name} ${what}`, mend),
  ];
  const seconds = secondsOf(timeoutSeconds?.value ?? DEFAULT_SECONDS[platform] ?? '');
  return [
    ...(retries?.value === '0' || !known(retries)
      ? []
      : wrong(retries, 'is tried again by the platform when it fails', 'No retries: look first.')),
    ...(tasks === null || tasks.value === '1' || !known(tasks)
      ? []
      : wrong(tasks, `runs ${tasks.value} times`, 'One task.')),
    ...(parallelism === null || ['0', '1'].includes(parallelism.value) || !known(parallelism)
      ? []
      : wrong(parallelism, 'runs side by side with itself', 'One at a time.')),
    ...(!known(timeoutSeconds) ||
    (seconds !== null && seconds >= STATEMENT_SECONDS && seconds <= LONGEST_SECONDS)
      ? []
      : wrong(
          timeoutSeconds,
          seconds === null || seconds > LONGEST_SECONDS
            ? 'may hang for ever'
            : `is cut off after ${seconds} s`,
          `At least ${STATEMENT_SECONDS} s, which one statement may take.`,
        )),
    ...(platform !== 'kubernetes' || restartPolicy?.value === 'Never'
      ? []
      : wrong(restartPolicy, 'is started again when it fails', 'restartPolicy: Never')),
  ];
}

function known(text: Text | null): boolean {
  return text === null || isKnown(text.value);
}

/** `3600`, `3600s`, `60m`, `1h`; null for nothing. */
export function secondsOf(text: string): number | null {
  const [, number = '', unit = 's'] = /^(\d{1,7})(s|m|h)?$/.exec(text) ?? [];
  if (number === '') return null;
  return Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
}

/** For any database that is not on this machine `fp` asks; nobody is there to answer a job. */
function asked(subject: Subject): Finding[] {
  const { workload, environment } = subject;
  const does = commandOfFp(workload.command);
  if (does !== 'migrate up' && does !== 'databases create') return [];
  const last = workload.command.at(-1)?.place ?? workload.place;
  const missing = ['--env', '--yes'].filter(
    (flag) => !workload.command.some(({ value }) => value === flag || value.startsWith(`${flag}=`)),
  );
  if (missing.length > 0) {
    const message = `${workload.name} waits for an answer that nobody gives: ${missing.join(' and ')} missing`;
    return [finding('FP-MIG-001', last, message, `fp ${does} --env NAME --yes`)];
  }
  const said = environmentOf(subject);
  if (environment === null || said === null || said.value === environment.environment) return [];
  if (!isKnown(said.value)) return [];
  const message = `${workload.name} migrates ${shown(said.value)}, and its databases are those of ${environment.environment}`;
  return [finding('FP-MIG-003', said.place, message, `--env ${environment.environment}`)];
}

const SYNCHRONIZES =
  /^(?:TYPEORM_|DB_|DATABASE_)?(?:SYNCHRONIZE|MIGRATIONS_RUN|RUN_MIGRATIONS|AUTO_MIGRATE|DROP_SCHEMA)$/;

/** Each instance of a service would migrate, as a role that may not. */
function byItself({ workload, role }: Subject): Finding[] {
  if (role === 'other' || workload.kind !== 'service') return [];
  const { name, command, initCommands, variables } = workload;
  const own =
    migrationIn(command) === 'none'
      ? []
      : [
          finding(
            'FP-MIG-002',
            command[0]?.place ?? workload.place,
            `${name} migrates when it starts`,
          ),
        ];
  const inits = initCommands.flatMap((words) => {
    const [first] = words;
    if (first === undefined || migrationIn(words) === 'none') return [];
    const message = `every instance of ${name} migrates before it starts`;
    return [finding('FP-MIG-002', first.place, message)];
  });
  const switches = variables
    .filter(({ source, name: variable }) => {
      const on = source.kind === 'literal' && /^(?:1|true|yes|on)$/i.test(source.text.value);
      return on && SYNCHRONIZES.test(variable);
    })
    .map(({ name: variable, place }) =>
      finding('FP-MIG-002', place, `${name} changes its schema when it starts: ${variable}`),
    );
  return [...own, ...inits, ...switches];
}

/** The variable of one database with the secret, or the URL, of another. */
function otherDatabases(subject: Subject, context: AuditContext): Finding[] {
  if (subject.role !== 'migration') return [];
  return context.fleet.flatMap((database) => {
    const { migrateUrlVariable: name, name: own } = database;
    const variables = subject.workload.variables.filter(
      (one) => one.name === name || one.name === `${name}_FILE`,
    );
    return variables.flatMap(({ source, place }): Finding[] => {
      if (source.kind === 'secret')
        return otherSecret(subject, { own, place }, source.secret.name, context);
      if (source.kind !== 'literal') return [];
      const said = targetOf({ text: source.text })?.database;
      const stranger =
        said === undefined
          ? strangerIn(source.text.value, database, context.fleet)
          : context.fleet.find((one) => one.database === said && one.name !== own)?.name;
      if (stranger === undefined) return [];
      const message = `${name} of ${subject.workload.name} leads to the database of ${stranger}`;
      return [finding('FP-MIG-003', source.text.place, message)];
    });
  });
}

function otherSecret(
  { workload, environment }: Subject,
  { own }: { own: string; place: Text['place'] },
  name: Text | null,
  { fleet }: AuditContext,
): Finding[] {
  if (name === null || !isKnown(name.value)) return [];
  const database = fleet.find((one) => one.name === own);
  const owners = environment === null ? [] : ownersOf(environment, name.value);
  const stranger =
    environment === null && database !== undefined
      ? strangerIn(name.value, database, fleet)
      : owners.find(({ service }) => service !== own)?.service;
  if (stranger != null) {
    const message = `${workload.name} migrates ${own} with ${name.value}, the secret of ${stranger}`;
    return [finding('FP-MIG-003', name.place, message)];
  }
  if (owners.length === 0 || owners.some(({ kind }) => kind === 'migrate')) return [];
  const message = `${workload.name} migrates ${own} with ${name.value}, whose role may not change the schema`;
  return [finding('FP-MIG-003', name.place, message, 'The secret with the owner’s URL.')];
}
