import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readConfiguration } from '../../../libs/service/src/configuration/read-configuration.js';
import { definitions, facts, files, fileSecretsOf, secretFilesOf } from './sources.js';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}
interface Service {
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  spec: {
    template: {
      metadata: { annotations: Record<string, string> };
      spec: {
        serviceAccountName: string;
        timeoutSeconds: number;
        containers: {
          args: string[];
          env: Variable[];
          volumeMounts: { name: string; mountPath: string }[];
        }[];
        volumes: {
          name: string;
          secret: { secretName: string; items: { key: string; path: string }[] };
        }[];
      };
    };
    traffic: object[];
  };
}

const folderOf = (environment: string): string =>
  environment === 'production' ? 'cloud-run' : `cloud-run/${environment}`;

const all = facts.flatMap((environment) =>
  definitions.map((definition) => ({
    title: `${definition.name} in ${environment.environment}`,
    definition,
    environment,
    own: environment.services[definition.name],
  })),
);

describe.each(all)('$title', ({ definition, environment, own }) => {
  const file = `${folderOf(environment.environment)}/${own?.deployedAs ?? ''}.yaml`;
  const service = parse(files.get(file) ?? '') as Service;
  const { spec } = service.spec.template;
  const container = spec.containers[0];
  const connectionName = `${environment.project}:${environment.region}:${own?.instance ?? ''}`;

  it('starts with exactly the variables of its file', () => {
    const vars = Object.fromEntries(
      (container?.env ?? []).map(({ name, value }) => [name, value ?? '']),
    );
    const url = `postgresql://app:pw@/db?host=/cloudsql/${connectionName}`;
    const read = readConfiguration(definition, {
      ...vars,
      PORT: '8080',
      DATABASE_URL: url,
      ...secretFilesOf(environment, definition.name),
    });
    expect(read.warnings).toEqual([]);
    expect(read.service).toMatchObject({
      production: true,
      environment: environment.environment,
      port: 8080,
    });
    expect(read.service.shutdownGraceMs).toBeLessThan(10_000);
    expect(read.service.requestTimeoutMs).toBeLessThan(spec.timeoutSeconds * 1_000);
    expect(read.database).toMatchObject({ poolSize: own?.poolSize, maxOverflow: own?.maxOverflow });
  });

  it('has its own database, account and program, and no secret of another or of no version', () => {
    const { annotations } = service.spec.template.metadata;
    expect(annotations['run.googleapis.com/cloudsql-instances']).toBe(connectionName);
    expect(spec.serviceAccountName).toBe(own?.serviceAccount);
    expect(container?.args).toEqual([`apps/${definition.name}/dist/main.js`]);
    const secrets = [
      ...(container?.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
      ...spec.volumes.map(({ secret }) => ({
        name: secret.secretName,
        key: secret.items[0]?.key ?? '',
      })),
    ];
    const mounted = fileSecretsOf(environment, definition.name).map(([, secret]) => secret);
    expect(secrets).toHaveLength(1 + mounted.length);
    expect(secrets).toEqual(
      expect.arrayContaining(
        [own?.databaseUrlSecret ?? '', ...mounted].map((name) => ({
          name,
          key: String(environment.secretVersions[name]),
        })),
      ),
    );
  });

  it('finds each mounted secret where its variable says', () => {
    const paths = spec.volumes.map(({ name, secret }) => {
      const mount = container?.volumeMounts.find((each) => each.name === name);
      return `${mount?.mountPath ?? ''}/${secret.items[0]?.path ?? ''}`;
    });
    const said = fileSecretsOf(environment, definition.name).map(
      ([variable]) => container?.env.find(({ name }) => name === variable)?.value,
    );
    expect(paths.sort()).toEqual(said.sort());
  });

  it('gives its new revision a tag and no traffic', () => {
    expect(service.spec.traffic).toEqual([
      { revisionName: 'SERVING_REVISION', percent: 100 },
      { latestRevision: true, percent: 0, tag: 'candidate' },
    ]);
  });
});
