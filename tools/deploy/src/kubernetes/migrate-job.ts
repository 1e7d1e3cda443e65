import { migrateArguments, MIGRATE_JOB, TASK_TIMEOUT_SECONDS } from '../cloud-run/migrate-job.js';
import { BUILD_SHA, type Deployment, type ServiceDeployment } from '../deployment.js';
import { SECRET_FILE } from '../wiring.js';
import { serviceAccount } from './around-deployment.js';
import {
  containerSecurity,
  fromConfigMap,
  podSecurity,
  podVolumes,
  proxy,
  SOCKETS,
  TEMPORARY,
} from './pod.js';

/** `SETTLEMENT_MIGRATE_URL` → `SETTLEMENT_INSTANCE`: the key of its instance in the ConfigMap. */
export function instanceKey({ migrateVariable }: ServiceDeployment): string {
  return migrateVariable.replace(/_MIGRATE_URL$/, '_INSTANCE');
}

/** One migration, once. A Job cannot be changed: the one before is deleted first, see the guide. */
export function migrateJob({ services }: Deployment): object[] {
  const labels = { app: MIGRATE_JOB };
  return [
    serviceAccount(MIGRATE_JOB),
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: MIGRATE_JOB, labels },
      spec: {
        completions: 1,
        parallelism: 1,
        backoffLimit: 0,
        activeDeadlineSeconds: TASK_TIMEOUT_SECONDS,
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: MIGRATE_JOB,
            automountServiceAccountToken: false,
            restartPolicy: 'Never',
            securityContext: podSecurity,
            initContainers: [proxy(services.map(instanceKey), MIGRATE_JOB)],
            containers: [container(services)],
            volumes: podVolumes,
          },
        },
      },
    },
  ];
}

function container(services: readonly ServiceDeployment[]): object {
  return {
    name: 'migrate',
    image: `fusion-prime:${BUILD_SHA}`,
    command: ['node'],
    args: migrateArguments('$(FP_ENV)'),
    env: [
      { name: 'NODE_ENV', value: 'production' },
      fromConfigMap('FP_ENV', MIGRATE_JOB),
      { name: 'GIT_SHA', value: BUILD_SHA },
      ...services.map(({ migrateVariable, migrateSecret: { secret } }) => ({
        name: migrateVariable,
        valueFrom: { secretKeyRef: { name: secret, key: SECRET_FILE } },
      })),
    ],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } },
    securityContext: containerSecurity,
    volumeMounts: [SOCKETS, TEMPORARY],
  };
}
