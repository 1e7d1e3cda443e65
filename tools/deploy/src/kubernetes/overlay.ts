import { MIGRATE_JOB } from '../cloud-run/migrate-job.js';
import type { Deployment, ServiceDeployment } from '../deployment.js';
import { INSTANCE, literalsOf } from './deployment.js';
import { instanceKey } from './migrate-job.js';

export const NAMESPACE = 'fusion-prime';
// One node may be drained while the other pod serves.
const LEAST_REPLICAS = 2;

/** What one environment adds to the base: image, values, accounts, and how many pods there may be. */
export function overlay(environment: Deployment): object {
  const { services, image, accounts } = environment;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: NAMESPACE,
    resources: ['../../base'],
    images: [{ name: 'fusion-prime', newName: image }],
    configMapGenerator: [
      ...services.map((service) => ({ name: service.deployedAs, literals: literals(service) })),
      {
        name: MIGRATE_JOB,
        literals: [
          `FP_ENV=${environment.environment}`,
          ...services.map((service) => `${instanceKey(service)}=${service.connectionName}`),
        ],
      },
    ],
    patches: [
      ...services.flatMap(({ deployedAs, facts }) => [
        account(deployedAs, facts.serviceAccount),
        replicas(deployedAs, facts),
      ]),
      account(MIGRATE_JOB, accounts.migrate),
    ],
  };
}

function literals({ wires, connectionName }: ServiceDeployment): string[] {
  const versions = wires.flatMap((wire) =>
    wire.kind === 'literal' ? [] : `${wire.secret}:${String(wire.version)}`,
  );
  return [
    ...literalsOf(wires).map(({ name, value }) => `${name}=${value}`),
    `${INSTANCE}=${connectionName}`,
    // Nobody reads it: a rotated secret changes the ConfigMap's name, and so rolls the pods.
    `SECRET_VERSIONS=${versions.join(' ')}`,
  ];
}

function account(name: string, googleAccount: string): object {
  return {
    target: { kind: 'ServiceAccount', name },
    patch: [
      '- op: add',
      '  path: /metadata/annotations',
      '  value:',
      `    iam.gke.io/gcp-service-account: ${googleAccount}`,
      '',
    ].join('\n'),
  };
}

function replicas(
  name: string,
  { minInstances, maxInstances }: ServiceDeployment['facts'],
): object {
  const least = Math.min(maxInstances, Math.max(LEAST_REPLICAS, minInstances));
  return {
    target: { kind: 'HorizontalPodAutoscaler', name },
    patch: [
      '- op: replace',
      '  path: /spec/minReplicas',
      `  value: ${String(least)}`,
      '- op: replace',
      '  path: /spec/maxReplicas',
      `  value: ${String(maxInstances)}`,
      '',
    ].join('\n'),
  };
}
