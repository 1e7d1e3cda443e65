import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './sources.js';

interface Job {
  'runs-on': string;
  'timeout-minutes'?: number;
  strategy?: { matrix: { node: number[] } };
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
}
interface Workflow {
  permissions: Record<string, string>;
  concurrency?: object;
  jobs: Record<string, Job>;
}

const folder = join(root, '.github', 'workflows');
const workflows = readdirSync(folder).map(
  (file) => [file, parse(readFileSync(join(folder, file), 'utf8')) as Workflow] as const,
);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const commandsOf = (jobs: readonly Job[]): string =>
  jobs.flatMap(({ steps }) => steps.map(({ run = '' }) => run)).join('\n');

describe.each(workflows)('%s', (_file, workflow) => {
  const jobs = Object.values(workflow.jobs);

  it('may read, and nothing else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { steps } of jobs) {
      const [checkout] = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
      expect(checkout?.with).toMatchObject({ 'persist-credentials': false });
    }
  });

  it('ends in any case, and does not run beside itself', () => {
    expect(workflow.concurrency).toBeDefined();
    for (const job of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });

  it('names a major version of every action, and of the machine', () => {
    const actions = jobs.flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((one) => !/@(v\d+|[0-9a-f]{40})$/.test(one))).toEqual([]);
    expect(jobs.filter((job) => job['runs-on'].endsWith('latest'))).toEqual([]);
  });

  it('runs no script that package.json does not have', () => {
    const named = [...commandsOf(jobs).matchAll(/npm run ([\w:-]+)/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('ci.yml', () => {
  const ci = new Map(workflows).get('ci.yml');
  const jobs = Object.values(ci?.jobs ?? {});
  const onEveryNode = jobs.filter(({ strategy }) => strategy !== undefined);

  it('follows the README on every Node.js that it names', () => {
    expect(onEveryNode.map(({ strategy }) => strategy?.matrix.node)).toEqual([[20, 22, 24]]);
    const commands = commandsOf(onEveryNode)
      .split('\n')
      .map((line) => line.trim());
    expect(commands).toEqual(expect.arrayContaining(['npm ci', 'npm test']));
    expect(commandsOf(onEveryNode)).toContain('npm start ');
  });

  it.each(['npm run lint', 'npx fp audit', 'npm run test:containers'])(
    'has a job for %s',
    (line) => {
      expect(commandsOf(jobs).split('\n')).toContain(line);
    },
  );
});
