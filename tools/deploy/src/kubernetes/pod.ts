/**
 * What every pod has. The database is reached through the Cloud SQL proxy beside the program and not by TCP
 * with verify-full: the same secret then serves here and on Cloud Run, the way is authorised by the pod's
 * account, and no certificate authority of an instance has to be mounted and rotated.
 */

const PROXY_IMAGE = 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.15.0';
const PROXY_PORT = 9090;
/** The user `node` of the image; the proxy runs as it too, so that both may use the sockets. */
const USER = 1000;
export const PORT = 8080;

/** Of the pod: what Pod Security calls restricted. */
export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Of each container. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

export const SOCKETS = { name: 'cloudsql', mountPath: '/cloudsql' };
export const TEMPORARY = { name: 'tmp', mountPath: '/tmp' };

export const podVolumes = [
  { name: SOCKETS.name, emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  { name: TEMPORARY.name, emptyDir: { sizeLimit: '64Mi' } },
];

/** A variable whose value is in the overlay's ConfigMap of that name. */
export function fromConfigMap(name: string, configMap: string): object {
  return { name, valueFrom: { configMapKeyRef: { name: configMap, key: name } } };
}

/**
 * The proxy as a native sidecar (Kubernetes 1.29): it is up before the program starts, goes after it, and
 * does not keep a finished Job alive.
 *
 * @param variables each holds PROJECT:REGION:INSTANCE
 */
export function proxy(variables: readonly string[], configMap: string): object {
  return {
    name: 'cloud-sql-proxy',
    image: PROXY_IMAGE,
    restartPolicy: 'Always',
    args: [
      `--unix-socket=${SOCKETS.mountPath}`,
      '--structured-logs',
      '--exit-zero-on-sigterm',
      '--health-check',
      '--http-address=0.0.0.0',
      `--http-port=${String(PROXY_PORT)}`,
      ...variables.map((name) => `$(${name})`),
    ],
    env: variables.map((name) => fromConfigMap(name, configMap)),
    resources: {
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { cpu: '500m', memory: '128Mi' },
    },
    startupProbe: {
      httpGet: { path: '/startup', port: PROXY_PORT },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 60,
    },
    securityContext: containerSecurity,
    volumeMounts: [SOCKETS],
  };
}
