import { BUILD_SHA, type ServiceDeployment } from '../deployment.js';
import { folderOf, SECRET_FILE, type Wire } from '../wiring.js';
import {
  containerSecurity,
  fromConfigMap,
  podSecurity,
  podVolumes,
  PORT,
  proxy,
  SOCKETS,
  TEMPORARY,
} from './pod.js';

/** The variable of the proxy with PROJECT:REGION:INSTANCE. */
export const INSTANCE = 'CLOUDSQL_INSTANCE';
// Endpoints take a moment to forget a pod: it serves on meanwhile, before it is told to end.
const PRE_STOP_SECONDS = 5;
// Above that and SHUTDOWN_GRACE_MS (10 s), whichever value the service has by default.
const GRACE_SECONDS = 30;
/** What stands in the base itself, the same everywhere; the rest is in each overlay's ConfigMap. */
const FIXED: Readonly<Record<string, string>> = { NODE_ENV: 'production', PORT: String(PORT) };

/** Variables whose values differ between environments. */
export function literalsOf(wires: readonly Wire[]): { name: string; value: string }[] {
  return wires.flatMap((wire) => (wire.kind === 'literal' && !(wire.name in FIXED) ? wire : []));
}

/** Pods that wait by readiness: without its migrations a service says so, and gets no request. */
export function deployment(service: ServiceDeployment): object {
  const { deployedAs } = service;
  const labels = { app: deployedAs };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: deployedAs, labels },
    spec: {
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      minReadySeconds: 5,
      // Longer than a pod may take to start, so that a slow migration is no failed rollout.
      progressDeadlineSeconds: 1_200,
      revisionHistoryLimit: 5,
      template: { metadata: { labels }, spec: podSpec(service) },
    },
  };
}

function podSpec(service: ServiceDeployment): object {
  const { deployedAs, wires } = service;
  const files = wires.filter((wire) => wire.kind === 'file');
  return {
    serviceAccountName: deployedAs,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: podSecurity,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { app: deployedAs } },
      },
    ],
    initContainers: [proxy([INSTANCE], deployedAs)],
    containers: [container(service)],
    volumes: [
      ...podVolumes,
      ...files.map(({ name, secret }) => ({
        name: folderOf(name),
        secret: {
          secretName: secret,
          items: [{ key: SECRET_FILE, path: SECRET_FILE }],
        },
      })),
    ],
  };
}

function container({ name, deployedAs, wires }: ServiceDeployment): object {
  const files = wires.filter((wire) => wire.kind === 'file');
  return {
    name,
    image: `fusion-prime:${BUILD_SHA}`,
    command: ['node'],
    args: [`apps/${name}/dist/main.js`],
    ports: [{ name: 'http', containerPort: PORT }],
    env: [
      ...Object.entries(FIXED).map(([each, value]) => ({ name: each, value })),
      ...wires.filter((wire) => !(wire.name in FIXED)).map((wire) => variable(wire, deployedAs)),
    ],
    resources: {
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { cpu: '1', memory: '512Mi' },
    },
    ...probes(),
    lifecycle: { preStop: { exec: { command: ['sleep', String(PRE_STOP_SECONDS)] } } },
    securityContext: containerSecurity,
    volumeMounts: [
      SOCKETS,
      TEMPORARY,
      ...files.map(({ name: file, path }) => ({
        name: folderOf(file),
        mountPath: path.slice(0, path.lastIndexOf('/')),
        readOnly: true,
      })),
    ],
  };
}

/** A Secret has the name that it has in Secret Manager, and one key. */
function variable(wire: Wire, configMap: string): object {
  const { name } = wire;
  if (wire.kind === 'file') return { name, value: wire.path };
  if (wire.kind === 'literal') return fromConfigMap(name, configMap);
  return { name, valueFrom: { secretKeyRef: { name: wire.secret, key: SECRET_FILE } } };
}

function probes(): object {
  const probe = (path: string): object => ({ httpGet: { path, port: 'http' } });
  return {
    // A quarter of an hour: everything is applied at once, and the migration comes first.
    startupProbe: {
      ...probe('/health/startup'),
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 180,
    },
    readinessProbe: {
      ...probe('/health/ready'),
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 2,
    },
    livenessProbe: {
      ...probe('/health/live'),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  };
}
