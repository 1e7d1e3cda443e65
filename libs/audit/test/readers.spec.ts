import { describe, expect, it } from '@jest/globals';
import { auditTexts, found } from './audit-fixture.js';

const only = (rule: string, texts: Record<string, string>): string[] =>
  found(auditTexts(texts)).filter((one) => one.endsWith(rule));

describe('compose', () => {
  const base = [
    'services:',
    '  settlement:',
    '    image: app:1',
    '    environment:',
    '      DATABASE_URL: postgresql://settlement_app:${PASSWORD:?}@db/settlement_db',
    '  db: {image: "postgres:16", environment: {POSTGRES_PASSWORD_FILE: /run/secrets/p}}',
    '',
  ].join('\n');

  it('lays an override over its base', () => {
    const over = 'services:\n  settlement:\n    environment:\n      DATABASE_URL: sqlite:///x.db\n';
    expect(only('FP-ENV-003', { 'compose.yaml': base })).toEqual([]);
    expect(only('FP-ENV-003', { 'compose.yaml': base, 'compose.override.yaml': over })).toEqual([
      'compose.override.yaml:4:21 FP-ENV-003',
    ]);
  });

  it('takes away what !reset says', () => {
    const over = 'services:\n  settlement:\n    environment:\n      DATABASE_URL: !reset null\n';
    expect(only('FP-ENV-001', { 'compose.yaml': base, 'compose.prod.yaml': over })).toEqual([
      'compose.prod.yaml:2:3 FP-ENV-001',
    ]);
  });

  it('follows extends, in the same file and in another', () => {
    const other =
      'services:\n  settlement:\n    extends: {file: compose.yaml, service: settlement}\n    environment: [NODE_ENV=test]\n';
    expect(
      only('FP-ENV-001', {
        'compose.yaml': base,
        'deploy/compose.yaml': other.replace('compose.yaml', '../compose.yaml'),
      }),
    ).toEqual([]);
    const report = auditTexts({ 'compose.yaml': other.replace('compose.yaml', 'gone.yaml') });
    expect(report.unreadable.map(({ message }) => message)).toContain(
      'the service settlement of gone.yaml is not among the files',
    );
  });

  it('tells a migration from a service that migrates first', () => {
    const file = (command: string): Record<string, string> => ({
      'compose.yaml': base.replace('image: app:1', `image: app:1\n    command: ${command}`),
    });
    expect(only('FP-MIG-002', file('sh -c "alembic upgrade head && uvicorn app"'))).toHaveLength(1);
    expect(only('FP-MIG-002', file('alembic upgrade head'))).toEqual([]);
    expect(only('FP-MIG-002', file('uvicorn app'))).toEqual([]);
  });

  it.each([
    ['$PASSWORD', 1],
    ['${PASSWORD}', 1],
    ['${PASSWORD?}', 1],
    ['${PASSWORD:-open}', 1],
    ['${PASSWORD:-${OTHER:-open}}', 1],
    ['$$PASSWORD', 0],
    ['${PASSWORD:?set it}', 0],
  ])('judges %s in a secret', (text, count) => {
    const file = base.replace('${PASSWORD:?}', () => text);
    expect(only('FP-CMP-004', { 'compose.yaml': file })).toHaveLength(count);
  });

  it('sees a password that stands in a default', () => {
    const file = base.replace('${PASSWORD:?}', () => '${PASSWORD:-open}');
    expect(only('FP-ENV-002', { 'compose.yaml': file })).toEqual(['compose.yaml:5:21 FP-ENV-002']);
  });
});

describe('Kubernetes', () => {
  const pod = (env: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: settlement}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: app:1\n          env:\n            - name: DATABASE_URL\n              ${env}\n`;
  const missing = (files: Record<string, string>): string[] => only('FP-ENV-003', files);

  it('patches by strategic merge and by operations', () => {
    const files = {
      'base/kustomization.yaml': 'resources: [pod.yaml]\n',
      'base/pod.yaml': pod('value: postgresql://a:$(PW)@db/settlement_db?sslmode=verify-full'),
      'over/kustomization.yaml': 'resources: [../base]\npatches:\n  - path: patch.yaml\n',
      'over/patch.yaml': pod('value: sqlite:///x.db').replace('image: app:1', 'image: app:2'),
    };
    expect(missing(files)).toEqual(['over/patch.yaml:12:22 FP-ENV-003']);
    const operations = [
      'resources: [../base]',
      'patches:',
      '  - target: {kind: Deployment, name: settle.*}',
      '    patch: |',
      '      - op: replace',
      '        path: /spec/template/spec/containers/0/env/0/value',
      '        value: mysql://db/x',
      '',
    ].join('\n');
    expect(
      missing({ ...files, 'over/kustomization.yaml': operations, 'over/patch.yaml': 'a: 1\n' }),
    ).toEqual(['over/kustomization.yaml:7:16 FP-ENV-003']);
  });

  it('reads ConfigMaps of files and of generators', () => {
    const env = 'valueFrom: {configMapKeyRef: {name: m, key: url}}';
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  url: sqlite:///x.db\n';
    expect(missing({ 'k/a.yaml': `${pod(env)}---\n${map}` })).toEqual(['k/a.yaml:18:8 FP-ENV-003']);
    const generator =
      'resources: [pod.yaml]\nconfigMapGenerator:\n  - name: m\n    literals: ["url=sqlite:///x.db"]\n';
    expect(missing({ 'k/kustomization.yaml': generator, 'k/pod.yaml': pod(env) })).toEqual([
      'k/kustomization.yaml:4:16 FP-ENV-003',
    ]);
  });

  it.each([
    [
      'a resource that is not there',
      'resources: [gone.yaml]\n',
      'gone.yaml is not among the files',
    ],
    [
      'a patch without a target',
      'resources: [pod.yaml]\npatches:\n  - patch: "- {op: remove, path: /spec}"\n',
      'a list of operations needs a target',
    ],
    [
      'a patch that meets nothing',
      'resources: [pod.yaml]\npatches:\n  - patch: "{kind: Job, metadata: {name: x}}"\n',
      'the patch meets no object',
    ],
  ])('cannot be read with %s', (_, kustomization, message) => {
    const report = auditTexts({ 'kustomization.yaml': kustomization, 'pod.yaml': pod('value: x') });
    expect(report.unreadable.map((one) => one.message)).toContain(message);
  });
});

describe('GitHub workflows', () => {
  it('run gcloud in the order of their jobs, and by the action', () => {
    const job = (name: string, needs: string, ...steps: string[]): string =>
      `  ${name}:\n${needs}    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`;
    const deploy = 'run: gcloud run deploy settlement --image=a:${{ github.sha }}';
    const checks = ['run: npx fp audit', 'run: npm test'];
    const good = `on: push\njobs:\n${job('go', '    needs: [look]\n', deploy)}${job('look', '', ...checks)}`;
    const bad = good.replace('    needs: [look]\n', '');
    const path = '.github/workflows/deploy.yml';
    expect(only('FP-CB-003', { [path]: good })).toEqual([]);
    expect(only('FP-CB-003', { [path]: bad })).toHaveLength(2);
    const action = good.replace(
      deploy,
      'uses: google-github-actions/deploy-cloudrun@v2\n        with: {service: settlement, env_vars: "DATABASE_URL=sqlite:///x"}',
    );
    expect(only('FP-ENV-003', { [path]: action })).toHaveLength(1);
  });

  it('does not count a check whose failure is ignored', () => {
    const step = (line: string): string =>
      `on: push\njobs:\n  a:\n    steps:\n      - run: |\n          ${line}\n          npm test\n          gcloud run deploy settlement\n`;
    expect(only('FP-CB-003', { '.github/workflows/a.yml': step('npx fp audit') })).toEqual([]);
    expect(
      only('FP-CB-003', { '.github/workflows/a.yml': step('npx fp audit || true') }),
    ).toHaveLength(1);
  });
});

describe('scripts that a pipeline starts', () => {
  const pipeline =
    'steps:\n  - name: gcr.io/cloud-builders/gcloud\n    entrypoint: bash\n    args: [deploy/go.sh, settlement]\n';

  it('are followed with their arguments', () => {
    const script = 'set -e\ngcloud run deploy "$1" --image=a:1\n';
    expect(only('FP-ENV-001', { 'cloudbuild.yaml': pipeline, 'deploy/go.sh': script })).toEqual([
      'deploy/go.sh:2:1 FP-ENV-001',
    ]);
  });

  it('end the audit with 2 where they cannot be read', () => {
    const report = auditTexts({ 'cloudbuild.yaml': pipeline, 'deploy/go.sh': 'if true; then\n' });
    expect(report.unreadable.map(({ place }) => place.file)).toContain('deploy/go.sh');
  });
});
