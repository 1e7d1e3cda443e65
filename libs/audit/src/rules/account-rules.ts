import { type Finding, finding } from '../finding.js';
import type { Cluster, Text } from '../model.js';
import type { Subject } from '../subject.js';
import { isKnown, shown } from '../text/holes.js';
import type { AuditModel, Judge } from './judge.js';
import { deployedBy } from './pipeline-order.js';

const DEFAULT_ACCOUNT =
  /^(?:default|\d+-compute@developer\.gserviceaccount\.com|[^@]+@appspot\.gserviceaccount\.com|[^@]+@cloudbuild\.gserviceaccount\.com)$/;

/** Who services, migrations and pipelines are. */
export const judgeAccounts: Judge = (model) => [
  ...model.subjects.flatMap((subject) => ofSubject(subject, model)),
  ...ofPipelines(model),
];

function ofSubject(subject: Subject, { clusters }: AuditModel): Finding[] {
  const { workload, role } = subject;
  const { platform, serviceAccount: account, how, name, place } = workload;
  if (platform === 'compose' || role === 'other') return [];
  if (account === null) {
    if (how === 'change') return [];
    return [finding('FP-SEC-007', place, `${name} runs as the default account`)];
  }
  if (!isKnown(account.value)) return [];
  if (DEFAULT_ACCOUNT.test(account.value)) {
    return [finding('FP-SEC-007', account.place, `${name} runs as ${account.value}`)];
  }
  if (platform === 'cloud-run') return otherThanFacts(subject, account);
  const cluster = clusters.find(({ target }) => target === workload.target);
  return inCluster(subject, account, cluster);
}

/** On Kubernetes an account of the cluster speaks for one of Google Cloud. */
function inCluster(subject: Subject, account: Text, cluster: Cluster | undefined): Finding[] {
  if (cluster === undefined || !cluster.whole) return [];
  const speaksFor = cluster.accounts.get(account.value);
  if (speaksFor === undefined) {
    const message = `nothing in ${cluster.target} makes the service account ${account.value}`;
    return [finding('FP-SEC-007', account.place, message)];
  }
  if (speaksFor !== null) return otherThanFacts(subject, speaksFor);
  if (expectedAccount(subject) === undefined) return [];
  const message = `the service account ${account.value} speaks for none of Google Cloud`;
  return [finding('FP-SEC-007', account.place, message, 'iam.gke.io/gcp-service-account')];
}

function expectedAccount({ role, facts, environment }: Subject): string | undefined {
  return role === 'migration' ? environment?.accounts?.migrate : facts?.serviceAccount;
}

function otherThanFacts(subject: Subject, account: Text): Finding[] {
  const expected = expectedAccount(subject);
  if (expected === undefined || account.value === expected || !isKnown(account.value)) return [];
  const message = `${subject.workload.name} runs as ${account.value}`;
  return [finding('FP-SEC-007', account.place, message, `Its own account is ${expected}.`)];
}

/** Who builds may deploy everything: never the account that every build has. */
function ofPipelines(model: AuditModel): Finding[] {
  return model.pipelines.flatMap((pipeline) => {
    const { serviceAccount: account } = pipeline;
    const deployed = deployedBy(pipeline, model).filter(({ role }) => role === 'service');
    const facts = deployed.map(({ environment }) => environment).find((one) => one !== null);
    const expected = facts?.accounts?.deploy;
    if (account === undefined || expected === undefined) return [];
    if (account === null) {
      const message = 'the pipeline runs as the account that every build has';
      return [finding('FP-SEC-007', pipeline.place, message, `serviceAccount: …/${expected}`)];
    }
    const name = account.value.slice(account.value.lastIndexOf('/') + 1);
    if (name === expected || !isKnown(name)) return [];
    const message = `the pipeline runs as ${shown(name)}`;
    return [finding('FP-SEC-007', account.place, message, `Its own account is ${expected}.`)];
  });
}
