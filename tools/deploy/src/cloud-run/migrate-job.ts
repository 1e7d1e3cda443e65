import { BUILD_SHA, type Deployment } from '../deployment.js';

export const MIGRATE_JOB = 'fp-migrate';
// A statement may take 15 minutes, a run waits 30 s for another and retries a blocked migration for 60 s:
// an hour is above all that, and whoever needs more runs it by hand.
export const TASK_TIMEOUT_SECONDS = 3_600;

/** The command and its arguments, the same on every platform. */
export function migrateArguments(environment: string): string[] {
  return ['tools/fp/bin/fp.mjs', 'migrate', 'up', '--env', environment, '--yes'];
}

/** `fp migrate up` over every database, as the owners' roles, once: a failed run is looked at, not repeated. */
export function cloudRunMigrateJob(deployment: Deployment): object {
  const { environment, image, services, accounts } = deployment;
  return {
    apiVersion: 'run.googleapis.com/v1',
    kind: 'Job',
    metadata: { name: MIGRATE_JOB },
    spec: {
      template: {
        metadata: {
          annotations: {
            'run.googleapis.com/cloudsql-instances': services
              .map(({ connectionName }) => connectionName)
              .join(','),
          },
        },
        spec: {
          taskCount: 1,
          parallelism: 1,
          template: {
            spec: {
              serviceAccountName: accounts.migrate,
              maxRetries: 0,
              timeoutSeconds: TASK_TIMEOUT_SECONDS,
              containers: [
                {
                  name: 'migrate',
                  image: `${image}:${BUILD_SHA}`,
                  command: ['node'],
                  args: migrateArguments(environment),
                  env: [
                    { name: 'NODE_ENV', value: 'production' },
                    // Stands in the history beside each migration.
                    { name: 'GIT_SHA', value: BUILD_SHA },
                    ...services.map(({ migrateVariable, migrateSecret: { secret, version } }) => ({
                      name: migrateVariable,
                      valueFrom: { secretKeyRef: { name: secret, key: String(version) } },
                    })),
                  ],
                  resources: { limits: { cpu: '1', memory: '1Gi' } },
                },
              ],
            },
          },
        },
      },
    },
  };
}
