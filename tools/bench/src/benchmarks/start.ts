import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ComposeProject, SERVICES } from '@fusion-prime/containers/compose-project';
import { findCompose } from '@fusion-prime/containers/engine';
import { variableOf } from '@fusion-prime/kernel';
import { freePort } from '@fusion-prime/postgres-server';
import { contest, type Contestant } from '../contest.js';
import { ROOT } from '../contestants.js';
import { contestTable, type Table } from '../report.js';
import { answers } from '../run-program.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';

/** From the command until five services are ready, with databases that are there already. */
export async function start(
  server: BenchServer,
  { rounds, withoutPeers }: Rules,
): Promise<Table[]> {
  const ours = npmStart(server.folder);
  if (withoutPeers) {
    return [contestTable('start: five services ready', await contest([ours], rounds))];
  }
  const peer = await composeUp();
  try {
    const contestants = peer === null ? [ours] : [ours, peer.contestant];
    const absent = peer === null ? ['docker compose up: there is no container engine here'] : [];
    return [contestTable('start: five services ready', await contest(contestants, rounds), absent)];
  } finally {
    await peer?.remove();
  }
}

/** In a checkout of its own, so that the platform somebody runs in this one is left alone. */
function npmStart(folder: string): Contestant {
  const cwd = join(folder, 'checkout');
  mkdirSync(cwd);
  for (const name of ['apps', 'libs', 'migrations', 'node_modules', 'scripts', 'tools']) {
    symlinkSync(join(ROOT, name), join(cwd, name));
  }
  symlinkSync(join(ROOT, 'package.json'), join(cwd, 'package.json'));
  writeFileSync(join(cwd, 'nx.json'), '{}');
  const ready = async (said: string): Promise<boolean> => said.includes('five services ready');
  const args = ['start', '--', '--any-port'];
  return { name: 'npm start', role: 'ours', program: { file: 'npm', args, cwd, env: {}, ready } };
}

/** The same services as containers; the image is built and the volumes are filled before. */
async function composeUp(): Promise<{
  contestant: Contestant;
  remove: () => Promise<void>;
} | null> {
  const compose = await findCompose().catch(() => null);
  if (compose === null) return null;
  const vars: Record<string, string> = { FP_IMAGE: 'fusion-prime:bench' };
  for (const service of SERVICES) {
    vars[variableOf(service, 'PORT')] = String(await freePort());
  }
  const name = `fp-bench-${process.pid}`;
  const file = join(ROOT, 'docker-compose.yml');
  const project = new ComposeProject({ name, compose, file, vars });
  await project.compose('build');
  const [program = 'docker', ...before] = compose;
  const probes = SERVICES.map((service) => answers(`${project.url(service)}/health/ready`));
  const ready = async (): Promise<boolean> =>
    (await Promise.all(probes.map((probe) => probe()))).every(Boolean);
  const contestant: Contestant = {
    name: 'docker compose up',
    role: 'peer',
    reset: async () => void (await project.compose('down')),
    program: {
      file: program,
      args: [...before, '-p', name, '-f', file, 'up'],
      cwd: ROOT,
      env: vars,
      ready,
    },
  };
  return { contestant, remove: async () => void (await project.compose('down', '-v')) };
}
