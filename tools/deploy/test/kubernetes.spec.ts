import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { readConfiguration } from '../../../libs/service/src/configuration/read-configuration.js';
import { definitions, facts, files, fileSecretsOf, secretFilesOf } from './sources.js';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: { name: string; key: string };
    secretKeyRef?: { name: string; key: string };
  };
}
interface Container {
  name: string;
  image: string;
  args: string[];
  env: Variable[];
  resources: { requests: object; limits: object };
  securityContext: object;
  startupProbe?: object;
  readinessProbe?: object;
  livenessProbe?: object;
  lifecycle?: { preStop: { exec: { command: string[] } } };
}
interface Pod {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  securityContext: object;
  terminationGracePeriodSeconds?: number;
  initContainers: Container[];
  containers: Container[];
}
interface Resource {
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown> & { template?: { spec: Pod } };
}
interface Overlay {
  images: { name: string; newName: string }[];
  configMapGenerator: { name: string; literals: string[] }[];
  patches: { target: { kind: string; name: string }; patch: string }[];
}

const base = 'kubernetes/base';
const listed = (parse(files.get(`${base}/kustomization.yaml`) ?? '') as { resources: string[] })
  .resources;
const resources = listed.flatMap((file) =>
  parseAllDocuments(files.get(`${base}/${file}`) ?? '').map((one) => one.toJS() as Resource),
);
const podsOf = (kind: string): [string, Pod][] =>
  resources.flatMap(({ kind: each, metadata, spec }): [string, Pod][] =>
    each === kind && spec.template !== undefined ? [[metadata.name, spec.template.spec]] : [],
  );
const pods = [...podsOf('Deployment'), ...podsOf('Job')];
const overlays = facts.map((environment) => ({
  environment,
  overlay: parse(
    files.get(`kubernetes/overlays/${environment.environment}/kustomization.yaml`) ?? '',
  ) as Overlay,
}));

describe('the Kubernetes base', () => {
  it('is five services, one migration, and no secret', () => {
    const kinds = resources.map(({ kind }) => kind);
    const count = (kind: string): number => kinds.filter((each) => each === kind).length;
    for (const kind of [
      'Deployment',
      'Service',
      'PodDisruptionBudget',
      'HorizontalPodAutoscaler',
    ]) {
      expect([kind, count(kind)]).toEqual([kind, 5]);
    }
    expect([count('Job'), count('ServiceAccount'), count('Secret')]).toEqual([1, 6, 0]);
    const texts = [...files].filter(([file]) => file.startsWith('kubernetes/'));
    expect(texts.filter(([, text]) => /secretGenerator|postgres(ql)?:\/\//.test(text))).toEqual([]);
  });

  it.each(pods)('lets %s do nothing that a pod need not', (name, pod) => {
    expect(pod).toMatchObject({
      serviceAccountName: name,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const container of [...pod.initContainers, ...pod.containers]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const amounts of [container.resources.limits, container.resources.requests]) {
        expect(Object.keys(amounts).sort()).toEqual(['cpu', 'memory']);
      }
      expect(container.image).toMatch(/:(BUILD_SHA|\d+\.\d+\.\d+)$/);
    }
  });

  it.each(podsOf('Deployment'))('asks %s on three ways, and lets it end', (_name, pod) => {
    const [container] = pod.containers;
    const path = (each: string): object => ({ httpGet: { path: each, port: 'http' } });
    expect(container).toMatchObject({
      startupProbe: path('/health/startup'),
      readinessProbe: path('/health/ready'),
      livenessProbe: path('/health/live'),
    });
    const preStop = Number(container?.lifecycle?.preStop.exec.command[1]);
    const graceSeconds = 10;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStop + graceSeconds);
  });

  it('replaces no pod before another one is ready', () => {
    for (const { spec } of resources.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec['strategy']).toMatchObject({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    }
  });

  it('migrates once', () => {
    const job = resources.find(({ kind }) => kind === 'Job');
    expect(job?.spec).toMatchObject({ backoffLimit: 0, completions: 1, parallelism: 1 });
    expect(job?.spec.template?.spec).toMatchObject({ restartPolicy: 'Never' });
  });
});

describe.each(overlays)('the overlay of $environment.environment', ({ environment, overlay }) => {
  const literals = new Map(
    overlay.configMapGenerator.map((map) => [
      map.name,
      new Map(map.literals.map((one) => [one.split('=')[0], one.slice(one.indexOf('=') + 1)])),
    ]),
  );
  const valueOf = ({ value, valueFrom }: Variable): string | undefined => {
    const from = valueFrom?.configMapKeyRef;
    return from === undefined ? value : literals.get(from.name)?.get(from.key);
  };

  it('changes nothing that the base does not have', () => {
    const names = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const targets = overlay.patches.map(({ target }) => `${target.kind} ${target.name}`);
    expect(targets).toHaveLength(11);
    expect(targets.filter((target) => !names.includes(target))).toEqual([]);
    expect(overlay.images).toEqual([
      {
        name: 'fusion-prime',
        newName: `us-central1-docker.pkg.dev/${environment.project}/fusion-prime/fusion-prime`,
      },
    ]);
  });

  it.each(pods)('gives %s every value that it asks for, and its proxy its instances', (_, pod) => {
    for (const { env, args } of [...pod.initContainers, ...pod.containers]) {
      for (const variable of env.filter(({ valueFrom }) => valueFrom?.secretKeyRef === undefined)) {
        expect([variable.name, valueOf(variable)]).toEqual([
          variable.name,
          expect.stringMatching(/\S/),
        ]);
      }
      const expanded = args.join(' ').matchAll(/\$\((\w+)\)/g);
      const names = env.map(({ name }) => name);
      expect([...expanded].map(([, name]) => name).filter((n) => !names.includes(n ?? ''))).toEqual(
        [],
      );
    }
    const instances = pod.initContainers[0]?.env.map(valueOf) ?? [];
    const own = Object.values(environment.services).map(
      ({ instance }) => `${environment.project}:${environment.region}:${instance}`,
    );
    expect(instances.length).toBeGreaterThan(0);
    expect(instances.filter((one) => !own.includes(one ?? ''))).toEqual([]);
  });

  it.each(definitions.map((one) => [one.name, one] as const))(
    'starts %s with exactly its variables',
    (name, definition) => {
      const own = environment.services[name];
      const container = pods.find(([each]) => each === own?.deployedAs)?.[1].containers[0];
      const vars = Object.fromEntries(
        (container?.env ?? []).map((variable) => [variable.name, valueOf(variable)]),
      );
      const connection = `${environment.project}:${environment.region}:${own?.instance ?? ''}`;
      const url = `postgresql://app:pw@/db?host=/cloudsql/${connection}`;
      const { service, warnings } = readConfiguration(definition, {
        ...vars,
        DATABASE_URL: url,
        ...secretFilesOf(environment, name),
      });
      expect(warnings).toEqual([]);
      expect(service).toMatchObject({ production: true, environment: environment.environment });
      expect(literals.get(own?.deployedAs ?? '')?.get('CLOUDSQL_INSTANCE')).toBe(connection);
    },
  );

  it.each(Object.entries(environment.services))('lets %s fill its pools', (_name, own) => {
    const patch = overlay.patches.find(
      ({ target }) => target.kind === 'HorizontalPodAutoscaler' && target.name === own.deployedAs,
    );
    const [least, most] = (parse(patch?.patch ?? '') as { value: number }[]).map(
      ({ value }) => value,
    );
    const surge = 1;
    const connections =
      ((most ?? 0) + surge) * (own.poolSize + own.maxOverflow + 1) +
      environment.reservedConnections;
    expect(connections).toBeLessThanOrEqual(environment.maxConnections);
    expect(least).toBeGreaterThanOrEqual(2);
    expect(least).toBeLessThanOrEqual(most ?? 0);
  });

  it('rolls the pods when a secret is rotated', () => {
    for (const [name, own] of Object.entries(environment.services)) {
      const secrets = [
        own.databaseUrlSecret,
        ...fileSecretsOf(environment, name).map(([, secret]) => secret),
      ];
      const pinned = literals.get(own.deployedAs)?.get('SECRET_VERSIONS')?.split(' ').sort();
      expect([name, pinned]).toEqual([
        name,
        secrets.map((one) => `${one}:${String(environment.secretVersions[one])}`).sort(),
      ]);
    }
  });
});
