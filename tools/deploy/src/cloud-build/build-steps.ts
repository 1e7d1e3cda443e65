import type { Deployment } from '../deployment.js';
import { script } from './step.js';

const NODE = 'node:24-bookworm';
const DOCKER = 'gcr.io/cloud-builders/docker';
/** Node.js for the step whose image has gcloud alone. */
export const NODE_VOLUME = { name: 'node', path: '/opt/node' };

export function install(): object {
  const step = script('install', NODE, [
    '# The tests start PostgreSQL, which refuses to run as root.',
    'chown -R node: .',
    `su node -c 'npm ci && npm run build'`,
    '# For the step that verifies: its image has gcloud, and no Node.js.',
    `install -m 755 "$$(command -v node)" ${NODE_VOLUME.path}/node`,
  ]);
  return { ...step, volumes: [NODE_VOLUME] };
}

export function audit(): object {
  return script('audit', NODE, ['node tools/fp/bin/fp.mjs audit']);
}

export function test(): object {
  return script('test', NODE, [`su node -c 'npm run lint && npm test'`]);
}

export function buildImage({ image }: Deployment): object {
  const tag = `${image}:$COMMIT_SHA`;
  const args = ['build', '--build-arg', 'FP_BUILD_SHA=$COMMIT_SHA', '--tag', tag, '.'];
  return { id: 'build', name: DOCKER, args };
}

export function pushImage({ image }: Deployment): object {
  return { id: 'push', name: DOCKER, args: ['push', `${image}:$COMMIT_SHA`] };
}
