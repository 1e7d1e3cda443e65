import type { Deployment } from '../deployment.js';
import {
  alone,
  backup,
  buildTag,
  deploy,
  fill,
  migrate,
  traffic,
  verify,
} from './release-steps.js';
import { audit, buildImage, install, NODE_VOLUME, pushImage, test } from './build-steps.js';

// Tests take ten minutes, five backups as long, a migration up to an hour.
const TIMEOUT = '7200s';

/** The way of one commit into one environment; each step waits for the one before it. */
export function pipeline(deployment: Deployment, folder: string): object {
  const { project, accounts, services } = deployment;
  const release = { deployment, folder };
  return {
    steps: [
      alone(deployment),
      install(),
      audit(),
      test(),
      buildImage(deployment),
      pushImage(deployment),
      fill(release),
      backup(deployment),
      migrate(release),
      ...services.map((service) => deploy(release, service)),
      { ...verify(release), volumes: [NODE_VOLUME] },
      traffic(deployment),
    ],
    timeout: TIMEOUT,
    tags: [buildTag(deployment)],
    serviceAccount: `projects/${project}/serviceAccounts/${accounts.deploy}`,
    options: { logging: 'CLOUD_LOGGING_ONLY', machineType: 'E2_HIGHCPU_8' },
  };
}
