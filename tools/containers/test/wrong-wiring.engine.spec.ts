import { beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, type Inspected } from '../src/container.js';
import { docker, run } from '../src/engine.js';
import { platform } from '../src/platform.js';

const project = platform();
const DEADLINE_MS = 60_000;
const ZONE =
  'postgresql://settlement_app:secret@/settlement_db?host=/cloudsql/fusion-prime:us-central1-a:fp-db';

/** As the settlement service of the platform, but for what is said here. */
interface Wiring {
  vars: Record<string, string>;
  /** Whose folder of secrets is there. */
  secretsOf?: string;
}

interface Outcome {
  exitCode: number;
  status: string;
  output: string;
}

let common: string[];

beforeAll(async () => {
  await project.up();
  const { Config } = await project.container('settlement');
  common = Config.Env.filter((one) => !/^(DATABASE_URL|PATH=|NODE_VERSION=)/.test(one));
});

async function start({ vars, secretsOf = 'settlement' }: Wiring): Promise<Outcome> {
  const env = [...common, ...Object.entries(vars).map(([name, value]) => `${name}=${value}`)];
  const volumes = [...new Set(['settlement', secretsOf])].flatMap((service) => [
    '--volume',
    `${project.place.name}_${service}-secrets:/run/fusion-prime/${service}:ro`,
  ]);
  // Asked often, so that a service that is well for a moment would be caught.
  const probes = ['--health-interval', '200ms', '--health-start-period', '0s'];
  const place = ['--read-only', '--tmpfs', '/tmp', '--network', project.network, ...volumes];
  const named = env.flatMap((one) => ['--env', one]);
  const image = project.place.vars['FP_IMAGE'] ?? '';
  const program = ['node', 'apps/settlement/dist/main.js'];
  const args = ['run', '--detach', ...probes, ...place, ...named, image, ...program];
  const id = (await docker(...args)).trim();
  try {
    return await outcome(id);
  } finally {
    await docker('rm', '--force', id);
  }
}

/** Once it has ended, or is healthy. */
async function outcome(id: string): Promise<Outcome> {
  const deadline = performance.now() + DEADLINE_MS;
  let found: Inspected;
  do {
    if (performance.now() > deadline) throw new Error('it neither ended nor became healthy');
    await sleep(50);
    found = await inspect(id);
  } while (found.State.Status !== 'exited' && found.State.Health?.Status !== 'healthy');
  const { stdout, stderr } = await run('docker', ['logs', id]);
  const status = found.State.Health?.Status ?? 'none';
  return { exitCode: found.State.ExitCode, status, output: `${stdout}${stderr}` };
}

describe('a container of settlement', () => {
  it('is healthy with its own database', async () => {
    const vars = { DATABASE_URL_FILE: '/run/fusion-prime/settlement/database_url' };
    expect(await start({ vars })).toMatchObject({ status: 'healthy' });
  });

  it.each<[string, string, Wiring]>([
    ['no DATABASE_URL', 'DBCFG_MISSING', { vars: {} }],
    ['an empty one', 'DBCFG_EMPTY', { vars: { DATABASE_URL: '' } }],
    [
      'SQLite',
      'DBCFG_SCHEME_FORBIDDEN',
      { vars: { DATABASE_URL: 'sqlite:///data/settlement.db' } },
    ],
    ['a zone in the socket path', 'DBCFG_CLOUDSQL_ZONE', { vars: { DATABASE_URL: ZONE } }],
    [
      "another service's database",
      'DB_IDENTITY_MISMATCH',
      {
        vars: { DATABASE_URL_FILE: '/run/fusion-prime/compliance/database_url' },
        secretsOf: 'compliance',
      },
    ],
    [
      'the database of another environment',
      'DB_IDENTITY_MISMATCH',
      {
        vars: { DATABASE_URL_FILE: '/run/fusion-prime/settlement/database_url', FP_ENV: 'staging' },
      },
    ],
    [
      'production, and no TLS',
      'DBCFG_TLS_REQUIRED',
      {
        vars: {
          DATABASE_URL_FILE: '/run/fusion-prime/settlement/database_url',
          NODE_ENV: 'production',
        },
      },
    ],
  ])('ends with 78 and is never healthy with %s (%s)', async (_what, code, wiring) => {
    const { exitCode, status, output } = await start(wiring);
    expect({ exitCode, output }).toMatchObject({
      exitCode: 78,
      output: expect.stringContaining(code),
    });
    expect(status).not.toBe('healthy');
    expect(output).not.toMatch(/:[^:@/]{20,}@|:secret@/);
  });
});
