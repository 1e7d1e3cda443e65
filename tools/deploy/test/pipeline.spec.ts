import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { COMMIT_SHA, FakeCloud, stepsOf, type Step } from './fake-cloud.js';
import { facts, root } from './sources.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const environments = [
  ['cloudbuild.yaml', 'tools/deploy/cloud-run'],
  ['cloudbuild-staging.yaml', 'tools/deploy/cloud-run/staging'],
] as const;
const SERVICES = ['compliance', 'price-oracle', 'settlement', 'risk-engine', 'alert-notification'];

describe.each(environments)('%s', (file, place) => {
  const steps = stepsOf(file);
  const step = (id: string): Step => steps.find((one) => one.id === id) ?? steps[0]!;
  const serviceFile = (service: string): string => `${place}/${service}.yaml`;
  const deploys = steps.filter(({ id }) => id.startsWith('deploy-'));

  it('looks before it builds, saves before it migrates, and tries before it serves', () => {
    expect(steps.map(({ id }) => id)).toEqual([
      ...['alone', 'install', 'audit', 'test', 'build', 'push', 'fill', 'backup', 'migrate'],
      ...['compliance', 'price-oracle', 'settlement', 'risk-engine', 'alert'].map(
        (s) => `deploy-${s}`,
      ),
      ...['verify', 'traffic'],
    ]);
  });

  const environment = place.endsWith('staging') ? 'staging' : 'production';

  it('goes on alone', () => {
    const cloud = new FakeCloud();
    expect(cloud.run(step('alone')).status).toBe(0);
    const { tags } = parse(cloud.read(`tools/deploy/${file}`)) as { tags: string[] };
    expect(tags).toEqual([`deploys-${environment}`]);
    expect(cloud.calls()).toEqual([
      `builds list --region=global --ongoing --filter=tags:${tags.join()} AND id!=b-1 --format=value(id)`,
    ]);
  });

  it('ends at once while another one goes on, or when that is not known', () => {
    const cloud = new FakeCloud();
    cloud.builds('b-0\n');
    expect(cloud.run(step('alone'))).toMatchObject({
      status: 1,
      output: expect.stringContaining('another build deploys: b-0;'),
    });
    cloud.builds('');
    cloud.refuses();
    expect(cloud.run(step('alone')).status).not.toBe(0);
  });

  it('leaves all traffic where it is, and gives the new revisions a tag', () => {
    const cloud = new FakeCloud();
    cloud.serves(',old-00003-xyz\n10,old-00008-abc\n90,old-00007-xyz\n');
    for (const one of [step('fill'), ...deploys]) {
      expect(cloud.run(one)).toMatchObject({ status: 0 });
    }
    for (const service of SERVICES) {
      const { spec } = parse(cloud.read(serviceFile(service))) as { spec: { traffic: object[] } };
      expect(spec.traffic).toEqual([
        { revisionName: 'old-00007-xyz', percent: 100 },
        { latestRevision: true, percent: 0, tag: 'candidate' },
      ]);
      expect(cloud.calls()).toContain(
        `run services replace ${serviceFile(service)} --region=us-central1`,
      );
    }
  });

  it.each([
    ['does not exist', ''],
    ['never had a revision that ran', ',\n'],
  ])('gives the first revision of a service that %s all traffic', (_what, traffic) => {
    const cloud = new FakeCloud();
    cloud.serves(traffic);
    expect(cloud.run(step('deploy-settlement')).status).toBe(0);
    const { spec } = parse(cloud.read(serviceFile('settlement'))) as { spec: object };
    expect(spec).toMatchObject({
      traffic: [{ latestRevision: true, percent: 100, tag: 'candidate' }],
    });
  });

  it('does not take a refused question for a service that does not exist', () => {
    const cloud = new FakeCloud();
    cloud.refuses();
    expect(cloud.run(step('deploy-settlement')).status).not.toBe(0);
    expect(cloud.calls().join()).not.toContain('replace');
  });

  it('fills the commit in wherever an image is named', () => {
    const cloud = new FakeCloud();
    expect(cloud.run(step('fill')).status).toBe(0);
    for (const name of [...SERVICES, 'migrate-job']) {
      const text = cloud.read(serviceFile(name));
      expect(text).toContain(`fusion-prime:${COMMIT_SHA}\n`);
      expect(text).not.toContain('BUILD_SHA');
    }
  });

  it('backs every instance up, migrates once and waits for it', () => {
    const cloud = new FakeCloud();
    for (const id of ['backup', 'migrate']) expect(cloud.run(step(id)).status).toBe(0);
    const { services = {} } =
      facts.find(({ environment }) =>
        environment === 'staging' ? place.endsWith('staging') : !place.endsWith('staging'),
      ) ?? {};
    const calls = cloud.calls();
    for (const { instance } of Object.values(services)) {
      expect(calls.join('\n')).toContain(`sql backups create --instance=${instance} `);
    }
    expect(calls.slice(-2)).toEqual([
      `run jobs replace ${place}/migrate-job.yaml --region=us-central1`,
      'run jobs execute fp-migrate --region=us-central1 --wait',
    ]);
  });

  it('verifies the candidates, each under its own address', () => {
    const cloud = new FakeCloud();
    const told = step('verify').args[1]?.replace('/opt/node/node', 'env; echo') ?? '';
    const { status, output } = cloud.bash(told);
    expect(status).toBe(0);
    expect(output).toContain('ALERT_URL=https://candidate---alert-notification\n');
    expect(output).toContain('PRICE_ORACLE_URL=https://candidate---price-oracle\n');
    expect(output).toContain(
      `fp.mjs verify --env ${environment} --build-sha ${COMMIT_SHA} --token-file /tmp/token --restart-command bash`,
    );
  });

  it('goes no further when a service has no candidate', () => {
    const cloud = new FakeCloud();
    cloud.tags('canary');
    const { status, output } = cloud.run(step('verify'));
    expect(status).not.toBe(0);
    expect(output).toContain('compliance has no revision tagged candidate in us-central1');
    expect(output).not.toContain('fp.mjs');
  });

  it('gives a service a new instance by a label, and changes nothing else', () => {
    const cloud = new FakeCloud();
    const command = /--restart-command '([^']+)'/.exec(step('verify').args[1] ?? '')?.[1] ?? '';
    const before = cloud.read(serviceFile('alert-notification'));
    expect(cloud.bash(command, { FP_SERVICE: 'alert' }).status).toBe(0);
    const after = cloud.read(serviceFile('alert-notification'));
    expect(after).toMatch(/fusion-prime-instance: proof-\d+\n/);
    expect(after.replace(/proof-\d+/, 'first')).toBe(before);
    expect(cloud.calls()).toEqual([
      `run services replace ${serviceFile('alert-notification')} --region=us-central1`,
    ]);
  });

  it('switches the traffic of all five', () => {
    const cloud = new FakeCloud();
    expect(cloud.run(step('traffic')).status).toBe(0);
    expect(cloud.calls()).toEqual(
      SERVICES.map(
        (name) =>
          `run services update-traffic ${name} --region=us-central1 --to-tags=candidate=100`,
      ),
    );
  });

  it('names no script that is not there', () => {
    const text = steps.flatMap(({ args }) => args).join('\n');
    const scripts = [...text.matchAll(/tools\/\S+\.(?:sh|mjs)/g)].map(([path]) => path);
    expect(scripts.length).toBeGreaterThan(10);
    expect(scripts.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('redeploy.sh', () => {
  const line =
    'bash tools/deploy/scripts/redeploy.sh settlement tools/deploy/cloud-run/settlement.yaml us-central1';

  it('takes the image that serves and the wiring of now, with all traffic at once', () => {
    const cloud = new FakeCloud();
    cloud.runs('us-central1-docker.pkg.dev/fusion-prime/fusion-prime/fusion-prime:cafe');
    cloud.serves('0,settlement-00003-new\n100,settlement-00002-old\n');
    const before = cloud.read('tools/deploy/cloud-run/settlement.yaml');
    expect(cloud.bash(line)).toMatchObject({ status: 0 });
    const replaced = cloud.read('replaced');
    expect(parse(replaced)).toMatchObject({
      spec: {
        template: {
          spec: { containers: [{ image: expect.stringMatching(/fusion-prime:cafe$/) }] },
        },
        traffic: [{ latestRevision: true, percent: 100, tag: 'candidate' }],
      },
    });
    expect(replaced).not.toMatch(/BUILD_SHA$|SERVING_REVISION$/m);
    expect(cloud.calls().join('\n')).toContain('revisions describe settlement-00002-old ');
    expect(cloud.read('tools/deploy/cloud-run/settlement.yaml')).toBe(before);
  });

  it.each([
    ['100,settlement-00002-old', ''],
    ['100,settlement-00002-old', 'gcr.io/without-a-tag'],
    ['100,settlement-00002-old', 'gcr.io/by-digest@sha256:cafe'],
    ['', 'gcr.io/with-a:tag'],
  ])('refuses a service when %j serves and the image is %j', (traffic, image) => {
    const cloud = new FakeCloud();
    cloud.serves(traffic);
    cloud.runs(image);
    expect(cloud.bash(line).status).not.toBe(0);
    expect(cloud.calls().join()).not.toContain('replace');
  });
});
