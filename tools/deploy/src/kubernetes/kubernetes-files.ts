import type { Deployment, ServiceDeployment } from '../deployment.js';
import { DeployRefused } from '../refusal.js';
import { generated, yamlText } from '../yaml-text.js';
import { aroundDeployment } from './around-deployment.js';
import { deployment } from './deployment.js';
import { migrateJob } from './migrate-job.js';
import { NAMESPACE, overlay } from './overlay.js';

const BASE = 'kubernetes/base';

/**
 * The base is what all environments have; an overlay is what one of them adds.
 *
 * @throws {DeployRefused} DEPLOY_ENVIRONMENTS_DIFFER when a pod could not have the same form everywhere
 */
export function kubernetesFiles(deployments: readonly Deployment[]): [string, string][] {
  const [first, ...others] = deployments;
  if (first === undefined) return [];
  for (const other of others) demandSameForm(first, other);
  const head = generated('the fleet');
  const services = first.services.map((service): [string, string] => [
    `${service.deployedAs}.yaml`,
    yamlText(head, deployment(service), ...aroundDeployment(service)),
  ]);
  const base: [string, string][] = [
    ['namespace.yaml', yamlText(head, namespace())],
    ['migrate-job.yaml', yamlText(head, ...migrateJob(first))],
    ...services,
  ];
  const resources = { resources: base.map(([file]) => file) };
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  return [
    [`${BASE}/kustomization.yaml`, yamlText(head, { ...kustomization, ...resources })],
    ...base.map(([file, text]): [string, string] => [`${BASE}/${file}`, text]),
    ...deployments.map((one): [string, string] => [
      `kubernetes/overlays/${one.environment}/kustomization.yaml`,
      yamlText(
        [
          ...generated(`${one.environment}.yaml`),
          'Applied with a commit in the place of BUILD_SHA.',
        ],
        overlay(one),
      ),
    ]),
  ];
}

/** Pods that do not meet the restricted standard are refused here. */
function namespace(): object {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
}

function demandSameForm(first: Deployment, other: Deployment): void {
  for (const [index, service] of first.services.entries()) {
    const [mine, theirs] = [formOf(service), formOf(other.services[index] ?? service)];
    const odd = [...mine, ...theirs].find((one) => !mine.includes(one) || !theirs.includes(one));
    if (odd === undefined) continue;
    const where = `${first.environment}.yaml and ${other.environment}.yaml`;
    throw new DeployRefused(
      'DEPLOY_ENVIRONMENTS_DIFFER',
      `${where}: ${service.name} has ${odd} in one of them alone, and a pod is the same in both`,
    );
  }
}

function formOf({ deployedAs, wires, migrateSecret }: ServiceDeployment): string[] {
  const named = wires.map((wire) =>
    wire.kind === 'literal' ? wire.name : `${wire.name} from ${wire.secret}`,
  );
  return [`the name ${deployedAs}`, `the secret ${migrateSecret.secret}`, ...named];
}
