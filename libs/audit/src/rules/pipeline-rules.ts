import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { Pipeline, Workload } from '../model.js';
import { isKnown, shown } from '../text/holes.js';
import type { Judge } from './judge.js';
import {
  checks,
  type Deployment,
  deployments,
  isBefore,
  isDecisive,
  placed,
} from './pipeline-order.js';

/** What a pipeline does before it deploys, and before anybody gets the new version. */
export const judgePipelines: Judge = (model, context) =>
  model.pipelines.flatMap((pipeline) => {
    const services = deployments(pipeline, model).filter(
      ({ subject }) => subject.role === 'service',
    );
    return [
      ...substitutions(pipeline),
      ...unchecked(pipeline, services),
      ...unverified(pipeline, services),
      ...missingServices(pipeline, services, context),
      ...withoutTraffic(pipeline, services),
      ...unnoticed(services),
    ];
  });

function substitutions({ undefinedSubstitutions, shellVariables }: Pipeline): Finding[] {
  return [
    ...undefinedSubstitutions.map(({ value, place }) =>
      finding('FP-CB-001', place, `${value} is defined nowhere`),
    ),
    ...shellVariables.map(({ value, place }) =>
      finding('FP-CB-002', place, `${value} is read by Cloud Build, not by the shell`, `$${value}`),
    ),
  ];
}

function unchecked(pipeline: Pipeline, services: readonly Deployment[]): Finding[] {
  const wanted = [
    ['audit', 'an audit of the deployment files', 'fp audit'],
    ['test', 'the tests', 'npm test'],
  ] as const;
  return wanted.flatMap(([what, words, command]) => {
    const done = checks(pipeline, what);
    const first = services.find(({ at }) => !done.some((check) => isBefore(check, at)));
    if (first === undefined) return [];
    const message = `${first.subject.workload.name} is deployed without ${words} before`;
    return [finding('FP-CB-003', first.at.action.place, message, `A step with ${command}.`)];
  });
}

/** A deployment that holds its traffic back gets it after `fp verify`; any other one gets it unseen. */
function unverified(pipeline: Pipeline, services: readonly Deployment[]): Finding[] {
  const verified = checks(pipeline, 'verify');
  const atOnce = services
    .filter(({ subject }) => subject.workload.traffic === 'at-once')
    .map(({ at, subject }) =>
      finding(
        'FP-CB-004',
        at.action.place,
        `${subject.workload.name} gets every request before anything was verified`,
      ),
    );
  const elsewhere = verified.flatMap(({ action }) => {
    const said = action.environment;
    const meant = services.find(({ subject }) => subject.environment !== null)?.subject.environment;
    if (said === null || meant == null || !isKnown(said.value)) return [];
    if (said.value === meant.environment) return [];
    const message = `${said.value} is verified, and ${meant.environment} is deployed`;
    return [finding('FP-CB-004', said.place, message, `--env ${meant.environment}`)];
  });
  const shared = services.flatMap(({ subject: { workload } }) => {
    const { trafficProblem: problem, name } = workload;
    if (problem === null) return [];
    return [finding('FP-CB-004', problem.place, `the traffic of ${name}: ${problem.value}`)];
  });
  const switched = placed(pipeline, 'traffic').flatMap((traffic) => {
    const { place, service } = traffic.action;
    const own = services.filter(({ subject }) => subject.workload.name === service?.value);
    const seen = verified.some(
      (check) => isBefore(check, traffic) && own.every(({ at }) => isBefore(at, check)),
    );
    if (seen) return [];
    const message = `${shown(service?.value ?? 'a service')} gets its traffic without fp verify between`;
    return [finding('FP-CB-004', place, message)];
  });
  return [...atOnce, ...elsewhere, ...shared, ...switched];
}

function missingServices(
  pipeline: Pipeline,
  services: readonly Deployment[],
  { fleet }: AuditContext,
): Finding[] {
  const deployed = new Set(services.map(({ subject }) => subject.fleet?.name));
  if (deployed.size === 0) return [];
  return fleet
    .filter(({ name }) => !deployed.has(name))
    .map(({ name }) => finding('FP-CB-005', pipeline.place, `${name} is not deployed here`));
}

/** A deployment that fails unseen leaves the old version where everybody believes the new one. */
function unnoticed(services: readonly Deployment[]): Finding[] {
  return services
    .filter(({ at }) => !isDecisive(at.action))
    .map(({ at, subject }) =>
      finding(
        'FP-CB-005',
        at.action.place,
        `nobody notices when the deployment of ${subject.workload.name} fails`,
        'set -e',
      ),
    );
}

/** A revision that never gets a request is no deployment. */
function withoutTraffic(pipeline: Pipeline, services: readonly Deployment[]): Finding[] {
  const switched = placed(pipeline, 'traffic');
  const gets = ({ name, tags }: Workload): boolean =>
    switched.some(
      ({ action }) =>
        action.service?.value === name &&
        action.decisive &&
        action.all &&
        (action.tags ?? []).every(({ value }) => tags.includes(value)),
    );
  return services
    .filter(({ subject: { workload } }) => workload.traffic === 'held' && !gets(workload))
    .map(({ at, subject }) =>
      finding(
        'FP-CB-005',
        at.action.place,
        `${subject.workload.name} is deployed without traffic and never gets all of it`,
        `gcloud run services update-traffic ${subject.workload.name}`,
      ),
    );
}
