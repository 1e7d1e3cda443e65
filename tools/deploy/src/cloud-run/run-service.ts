import { BUILD_SHA, type Deployment, type ServiceDeployment } from '../deployment.js';
import { folderOf, SECRET_FILE, type Wire } from '../wiring.js';

// Cloud Run kills ten seconds after SIGTERM, whatever is told: the service must be gone before.
const SHUTDOWN_GRACE_MS = 9_500;
// Above REQUEST_TIMEOUT_MS, so that the service's own answer comes first.
const REQUEST_TIMEOUT_SECONDS = 15;
const PORT = 8080;
/** Stands where the revision belongs that serves while the new one is looked at. */
export const SERVING_REVISION = 'SERVING_REVISION';
/** The tag of what is deployed and has no traffic yet. */
export const CANDIDATE = 'candidate';

/** One service as `gcloud run services replace` takes it: the whole wiring, and nothing kept from before. */
export function cloudRunService(deployment: Deployment, service: ServiceDeployment): object {
  const { facts, name } = service;
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: service.deployedAs,
      labels: { 'fusion-prime-service': name },
      annotations: {
        'run.googleapis.com/ingress': 'all',
        // Who may call is decided by the service, from the token; the same header cannot carry two.
        'run.googleapis.com/invoker-iam-disabled': 'true',
        'run.googleapis.com/maxScale': String(facts.maxInstances),
      },
    },
    spec: {
      template: {
        metadata: {
          labels: { 'fusion-prime-instance': 'first' },
          annotations: {
            'autoscaling.knative.dev/minScale': String(facts.minInstances),
            'autoscaling.knative.dev/maxScale': String(facts.maxInstances),
            'run.googleapis.com/cloudsql-instances': service.connectionName,
            // Readiness, pools and timers work between requests too.
            'run.googleapis.com/cpu-throttling': 'false',
            'run.googleapis.com/startup-cpu-boost': 'true',
            'run.googleapis.com/execution-environment': 'gen2',
          },
        },
        spec: revision(deployment, service),
      },
      traffic: [
        { revisionName: SERVING_REVISION, percent: 100 },
        { latestRevision: true, percent: 0, tag: CANDIDATE },
      ],
    },
  };
}

function revision({ image }: Deployment, { name, facts, wires }: ServiceDeployment): object {
  const files = wires.filter((wire) => wire.kind === 'file');
  const probe = (path: string): object => ({ httpGet: { path, port: PORT } });
  return {
    serviceAccountName: facts.serviceAccount,
    containerConcurrency: 80,
    timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
    containers: [
      {
        name,
        image: `${image}:${BUILD_SHA}`,
        command: ['node'],
        args: [`apps/${name}/dist/main.js`],
        ports: [{ name: 'http1', containerPort: PORT }],
        env: [
          ...wires.map(variable),
          { name: 'SHUTDOWN_GRACE_MS', value: String(SHUTDOWN_GRACE_MS) },
        ],
        resources: { limits: { cpu: '1', memory: '512Mi' } },
        // Two minutes: a service gives up on its database after one, and says why.
        startupProbe: {
          ...probe('/health/startup'),
          periodSeconds: 2,
          timeoutSeconds: 2,
          failureThreshold: 60,
        },
        livenessProbe: {
          ...probe('/health/live'),
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 3,
        },
        volumeMounts: files.map(({ name: file, path }) => ({
          name: folderOf(file),
          mountPath: path.slice(0, path.lastIndexOf('/')),
        })),
      },
    ],
    volumes: files.map(({ name: file, secret, version }) => ({
      name: folderOf(file),
      secret: { secretName: secret, items: [{ key: String(version), path: SECRET_FILE }] },
    })),
  };
}

/** A secret's `key` is its version here. */
function variable(wire: Wire): object {
  const { name } = wire;
  if (wire.kind === 'literal') return { name, value: wire.value };
  if (wire.kind === 'file') return { name, value: wire.path };
  const { secret, version } = wire;
  return { name, valueFrom: { secretKeyRef: { name: secret, key: String(version) } } };
}
