import { describe, expect, it } from '@jest/globals';
import { exitCodeOf, placeText } from '../src/index.js';
import { auditTexts, found } from './audit-fixture.js';

const gcloud = (...args: string[]): string =>
  `  - name: gcr.io/google.com/cloudsdktool/cloud-sdk\n    entrypoint: gcloud\n    args: ${JSON.stringify(args)}\n`;
const build = (...steps: string[]): string => `steps:\n${steps.join('')}`;
const bash = (...lines: string[]): string =>
  build(
    `  - name: a\n    entrypoint: bash\n    args:\n      - -ceu\n      - |\n${lines.map((line) => `        ${line}\n`).join('')}`,
  );
const pod = '{template: {spec: {containers: [{image: "a:1"}]}}}';
const object = (version: string, kind: string): string =>
  `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: settlement}\nspec: ${pod}\n`;
const workflow = (job: string): Record<string, string> => ({
  '.github/workflows/a.yml': `on: push\njobs:\n  a:\n${job.replace(/^/gm, '    ')}\n`,
});
const json = (text: object): string => JSON.stringify(text);

describe('a service without its DATABASE_URL is found', () => {
  it.each<[string, Record<string, string>]>([
    ['behind bash -ceu', { 'cloudbuild.yaml': bash('gcloud run deploy settlement --image=a:1') }],
    [
      'under the name of an environment',
      { 'cloudbuild.yaml': build(gcloud('run', 'deploy', 'settlement-prod')) },
    ],
    [
      'under a name that is half a substitution',
      { 'cloudbuild.yaml': build(gcloud('run', 'deploy', 'settlement-$PROJECT_ID')) },
    ],
    [
      'under a substitution with a default',
      { 'cloudbuild.yaml': build(gcloud('run', 'deploy', '${_NAME:-settlement}')) },
    ],
    [
      'in a script whose substitutions are mapped for the whole build',
      {
        'cloudbuild.yaml':
          'substitutions: {_NAME: settlement}\noptions: {automapSubstitutions: true}\nsteps:\n  - name: a\n    script: gcloud run deploy $_NAME\n',
      },
    ],
    [
      'in a build that is JSON',
      {
        'cloudbuild.json': json({
          steps: [{ name: 'gcloud', args: ['run', 'deploy', 'settlement'] }],
        }),
      },
    ],
    [
      'in a script beside a script',
      {
        'cloudbuild.yaml': build('  - name: a\n    entrypoint: bash\n    args: [ci/all.sh]\n'),
        'ci/all.sh': 'bash "$(dirname "$0")/one.sh"\n',
        'ci/one.sh': 'gcloud run deploy settlement\n',
      },
    ],
    [
      'in the container that serves, whatever the other has',
      {
        'cloudbuild.yaml': build(
          gcloud(
            ...['run', 'deploy', 'settlement', '--region=a'],
            ...['--container=proxy', '--image=b:1', '--set-secrets=DATABASE_URL=settlement-url:1'],
            ...['--container=app', '--image=a:1', '--port=8080'],
          ),
        ),
      },
    ],
    [
      'in the file of its variables',
      {
        'cloudbuild.yaml': build(gcloud('run', 'deploy', 'settlement', '--env-vars-file=env.yaml')),
        'env.yaml': 'LOG_LEVEL: info\n',
      },
    ],
    [
      'beside an object of another API',
      {
        'a.yaml': `${object('serving.knative.dev/v1', 'Service')}---\napiVersion: v1\nkind: ConfigMap\n`,
      },
    ],
    [
      'in a List',
      {
        'a.yaml': `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: settlement}, spec: ${pod}}\n`,
      },
    ],
    ['in a kind of others', { 'a.yaml': object('argoproj.io/v1alpha1', 'Rollout') }],
    [
      'in JSON',
      {
        'a.json': json({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'settlement' },
          spec: { containers: [{ image: 'a:1' }] },
        }),
      },
    ],
    [
      'in one of the runs of a matrix',
      workflow(
        'strategy: {matrix: {env: [x], include: [{service: settlement}]}}\nsteps:\n  - run: gcloud run deploy ${{ matrix.service }}',
      ),
    ],
    [
      'in the file that deploy-cloudrun is given',
      {
        ...workflow(
          'steps: [{uses: google-github-actions/deploy-cloudrun@v2, with: {metadata: a.yaml}}]',
        ),
        'a.yaml': object('serving.knative.dev/v1', 'Service'),
      },
    ],
  ])('%s', (_, texts) => {
    const report = auditTexts(texts);
    expect(found(report).filter((one) => one.endsWith('FP-ENV-001'))).toHaveLength(1);
    expect(report.unreadable).toEqual([]);
  });

  it('fails, and nobody notices, without set -e', () => {
    const script = (line: string): string =>
      build(
        `  - name: a\n    script: |\n      ${line}\n      gcloud run deploy settlement\n      echo done\n`,
      );
    const messages = (line: string): string[] =>
      auditTexts({ 'cloudbuild.yaml': script(line) }).findings.map(({ message }) => message);
    const unnoticed = 'nobody notices when the deployment of settlement fails';
    expect(messages('set -u')).toContain(unnoticed);
    expect(messages('set -e')).not.toContain(unnoticed);
  });

  it('runs a matrix as often as GitHub does', () => {
    const job =
      'strategy: {matrix: {service: [settlement, alert, compliance], exclude: [{service: alert}]}}\nsteps:\n  - run: gcloud run deploy ${{ matrix.service }}';
    const { findings } = auditTexts(workflow(job));
    const who = findings.filter(({ rule }) => rule === 'FP-ENV-001').map(({ message }) => message);
    expect(who.map((message) => message.split(' ')[0])).toEqual(['settlement', 'compliance']);
  });

  it('reads the flags of deploy-cloudrun with their quotes', () => {
    const report = auditTexts(
      workflow(
        `steps: [{uses: google-github-actions/deploy-cloudrun@v2, with: {service: settlement, flags: '--add-cloudsql-instances="project:us-central1-a:books"'}}]`,
      ),
    );
    expect(found(report).filter((one) => one.includes('FP-SQL'))).toEqual([
      expect.stringContaining('FP-SQL-003'),
    ]);
  });
});

describe('what is not understood ends with 2', () => {
  it.each<[string, Record<string, string>]>([
    [
      'flags in a file',
      { 'cloudbuild.yaml': build(gcloud('run', 'deploy', 'settlement', '--flags-file=f.yaml')) },
    ],
    [
      'a script that nothing runs',
      { 'deploy.sh': 'gcloud run deploy settlement\n', 'package.json': '{}' },
    ],
    ['objects that Helm makes', { 'kustomization.yaml': 'helmCharts: [{name: a}]\n' }],
    [
      'UTF-16',
      { 'a.yaml': Buffer.from('kind: Pod\n', 'utf16le').toString('utf8'), 'package.json': '{}' },
    ],
  ])('%s', (_, texts) => {
    expect(exitCodeOf(auditTexts(texts))).toBe(2);
  });

  it('a template is no deployment, and no crash', () => {
    const text = object('apps/v1', 'Deployment').replace('"a:1"', '{{ .Values.image }}');
    expect(found(auditTexts({ 'a.yaml': text }))).toContainEqual(
      expect.stringContaining('FP-GEN-003'),
    );
  });

  it.each([
    ['a stranger', build(gcloud('run', 'deploy', 'setlement')), 'setlement is no service'],
    [
      'a script that is not here',
      build('  - name: a\n    entrypoint: bash\n    args: [deploy.sh]\n'),
      'deploy.sh is not among',
    ],
  ])('and %s is told', (_, text, told) => {
    const { notes } = auditTexts({ 'cloudbuild.yaml': text });
    expect(notes.map(({ message }) => message)).toContainEqual(expect.stringContaining(told));
  });
});

describe('a message', () => {
  const env = (pairs: string): string =>
    JSON.stringify(
      auditTexts({
        'cloudbuild.yaml': build(gcloud('run', 'deploy', 'settlement', `--set-env-vars=${pairs}`)),
        'compose.yaml': `services: {settlement: {image: "a:1", environment: {PORT: 80, DATABASE_URL: "postgres://settlement:${SECRET}#x@db/x"}}}\n`,
      }),
    );
  const SECRET = 'correct-horse';

  it.each([
    `DATABASE_URL_FILE=postgres://u:${SECRET}@h/db`,
    `DATABASE_URL_FILE=${SECRET}`,
    `DATABASE_URL=postgres://u:x,${SECRET}@h/db`,
  ])('shows no secret of %s', (pairs) => expect(env(pairs)).not.toContain(SECRET));

  it('gives a terminal nothing to obey', () => {
    const account = 'a\u001b]0;b\u0007@appspot.gserviceaccount.com';
    const text = build(gcloud('run', 'deploy', 'settlement', `--service-account=${account}`));
    const { findings } = auditTexts({ 'cloudbuild.yaml': text });
    expect(findings.some(({ message }) => message.includes('@appspot'))).toBe(true);
    // eslint cannot see them in an escaped text.
    expect(findings.every(({ message }) => !message.includes('\u001b'))).toBe(true);
    expect(placeText({ file: 'a\u001b[31m', line: 1, column: 1 })).not.toContain('\u001b');
  });

  it('is of a length that people read', () => {
    const [, longest = 0] = auditTexts({
      'cloudbuild.yaml': build(
        gcloud('run', 'deploy', 'settlement', `--set-cloudsql-instances=${'://a:'.repeat(50_000)}`),
      ),
    })
      .findings.map(({ message }) => message.length)
      .sort((a, b) => a - b)
      .slice(-2);
    expect(longest).toBeLessThan(2_100);
  });
});

describe('compose and the loopback', () => {
  it.each([
    ['a URL for browsers', 'PUBLIC_URL: "http://localhost:3000"', ''],
    [
      'a container in the network of another',
      'DATABASE_URL: "postgres://u@localhost/x"',
      ', network_mode: host',
    ],
  ])('is right for %s', (_, variable, more) => {
    const text = `services: {settlement: {image: "a:1", environment: {${variable}}${more}}}\n`;
    const report = auditTexts({ 'compose.yaml': text });
    expect(found(report).filter((one) => one.endsWith('FP-CMP-005'))).toEqual([]);
  });

  it('is the container itself, as a number as well', () => {
    const text =
      'services: {settlement: {image: "a:1", environment: {DATABASE_URL: "postgres://u@127.0.0.1/x"}}}\n';
    expect(found(auditTexts({ 'compose.yaml': text }))).toContainEqual(
      expect.stringContaining('FP-CMP-005'),
    );
  });
});

describe('an image', () => {
  const image = (line: string): string[] =>
    found(auditTexts({ Dockerfile: `FROM node:24\n${line}\nUSER node\n` }));

  it.each([
    ['ENV DATABASE_URL=sqlite:///app.db', 'Dockerfile:2:5 FP-ENV-003'],
    ['ARG NPM_TOKEN', 'Dockerfile:2:5 FP-SEC-004'],
    ['ARG DB_PASSWORD=$OTHER', 'Dockerfile:2:5 FP-SEC-004'],
  ])('with %s', (line, expected) => expect(image(line)).toEqual([expected]));

  it.each([['ENV DATABASE_URL='], ['ARG NODE_VERSION'], ['ARG TOKEN_FILE=/run/token']])(
    'may have %s',
    (line) => expect(image(line)).toEqual([]),
  );
});

describe('containers that start together', () => {
  const rules = (text: string): string[] => found(auditTexts({ 'compose.yaml': text }));
  const service = 'settlement: {image: "a:1", environment: {DATABASE_URL_FILE: /run/fp/url}';

  it('bring their migration along', () => {
    const migrate = 'migrate: {image: "a:1", command: fp migrate up --env a --yes}';
    const missing = 'compose.yaml:1:1 FP-MIG-001';
    expect(rules(`services: {${service}}}\n`)).toContain(missing);
    expect(rules(`services: {${service}}, ${migrate}}\n`)).not.toContain(missing);
  });

  it('read nothing from a volume into which nobody writes', () => {
    const mounted = `${service}, volumes: ["keys:/run/fp:ro"]}`;
    const writer = 'keys: {image: "a:1", restart: "no", volumes: ["keys:/keys"]}';
    const unwritten = expect.stringContaining('FP-SEC-001');
    expect(rules(`services: {${mounted}}\nvolumes: {keys: }\n`)).toContainEqual(unwritten);
    expect(rules(`services: {${mounted}, ${writer}}\nvolumes: {keys: }\n`)).not.toContainEqual(
      unwritten,
    );
  });
});
