import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { callsOf } from '@fusion-prime/contracts';
import { apiClient, eventually, type ApiClient } from '@fusion-prime/testing';
import { SERVICES } from '../src/compose-project.js';
import { inside, inspect } from '../src/container.js';
import { docker } from '../src/engine.js';
import { platform, say } from '../src/platform.js';

const project = platform();
/** `settlement: ✓ 1760000000000 create-settlement (24 ms)` */
const APPLIED = /✓ \d+ [a-z-]+ \(/g;
let api: ApiClient;

beforeAll(async () => {
  await project.up();
  const { exitCode, stdout } = await project.fp(
    'token',
    '--scope',
    'settlement:read,settlement:write',
  );
  expect(exitCode).toBe(0);
  api = apiClient(project.url('settlement'), stdout.trim());
});

async function ingest(): Promise<string> {
  const id = randomUUID();
  const order = {
    workflow_id: 'wf-1',
    account_ref: 'acct-1',
    payee: 'acct-2',
    asset_symbol: 'USDC',
  };
  const body = { command_id: id, amount: '12.50', ...order };
  expect((await api('POST', '/commands/ingest', body)).status).toBe(201);
  return id;
}

async function demandThere(id: string): Promise<void> {
  const { status, body } = await api('GET', `/commands/${id}`);
  expect({ status, body }).toMatchObject({ status: 200, body: { amount: '12.5', command_id: id } });
}

describe.each(SERVICES)('the container of %s', (service) => {
  it('has an ordinary user, no capability, limits, and a root file system to read from', async () => {
    const { Id, Config, HostConfig } = await project.container(service);
    expect(Config.User).toBe('node');
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'] });
    expect(HostConfig.SecurityOpt).toEqual(['no-new-privileges:true']);
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect((await inside(Id, 'id', '-u')).stdout.trim()).toBe('1000');
    for (const file of ['/app/x', '/etc/x', '/run/fusion-prime/x', '/home/node/x']) {
      const { exitCode, stderr } = await inside(Id, 'touch', file);
      expect({ file, exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: /read-only/i });
    }
  });

  it('is one program, which gets the signals itself', async () => {
    const { Id } = await project.container(service);
    const { stdout } = await inside(Id, 'cat', '/proc/1/cmdline');
    expect(stdout.split('\0')).toEqual(['node', `apps/${service}/dist/main.js`, '']);
  });

  it('sees its own secrets and nobody else’s', async () => {
    const { Id, Mounts, Config } = await project.container(service);
    expect(Mounts.filter(({ RW }) => RW)).toEqual([]);
    const { stdout } = await inside(Id, 'find', '/run/fusion-prime', '-type', 'f');
    const own = [
      'cursor.key',
      'database_url',
      'jwks.json',
      ...(callsOf(service).length > 0 ? ['service.token'] : []),
      ...(service === 'settlement' ? ['webhook.key'] : []),
    ];
    expect(stdout.trim().split('\n').sort()).toEqual(
      own.map((name) => `/run/fusion-prime/${service}/${name}`),
    );
    expect(Config.Env.filter((one) => /postgresql:|password/i.test(one))).toEqual([]);
  });

  it('is reached from this machine alone', async () => {
    const { NetworkSettings } = await project.container(service);
    const bound = Object.values(NetworkSettings.Ports).flat();
    expect(bound.map((one) => one?.HostIp)).toEqual(['127.0.0.1']);
  });
});

describe('PostgreSQL', () => {
  it('has an ordinary user, no capability, a root file system to read from, and a volume', async () => {
    const { Id, HostConfig, Mounts, NetworkSettings } = await project.container('postgres');
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'] });
    expect((await inside(Id, 'id', '-un')).stdout.trim()).toBe('postgres');
    const volume = Mounts.find(({ Destination }) => Destination === '/var/lib/postgresql');
    expect(volume?.Name).toBe(`${project.place.name}_postgres-data`);
    expect(Object.values(NetworkSettings.Ports).filter(Boolean)).toEqual([]);
    const { stdout } = await inside(Id, 'psql', '-U', 'postgres', '-Atc', 'SHOW max_connections');
    expect(stdout.trim()).toBe('400');
  });
});

describe('the platform', () => {
  it('has migrated once, and migrates nothing when it is brought up again', async () => {
    await project.up();
    const logs = await project.logs('migrate');
    const { exitCode, stdout } = await project.fp('migrate', 'status', '--check', '--json');
    expect(exitCode).toBe(0);
    const { databases } = JSON.parse(stdout) as { databases: { state: string; total: number }[] };
    const known = databases.reduce((sum, { total }) => sum + total, 0);
    expect(logs.match(APPLIED)).toHaveLength(known);
    expect(logs.match(/nothing to do/g)?.length).toBeGreaterThanOrEqual(5);
    expect(databases.map(({ state }) => state)).toEqual(SERVICES.map(() => 'current'));
  });

  it('lets services call each other: without compliance’s word no funds are asked for', async () => {
    const id = await ingest();
    await eventually(async () =>
      expect((await api('GET', `/commands/${id}`)).body).toMatchObject({ status: 'rejected' }),
    );
  });

  it('is well, says fp from within', async () => {
    expect(await project.fp('health')).toMatchObject({ exitCode: 0 });
    expect(await project.fp('doctor')).toMatchObject({ exitCode: 0 });
  });

  it('loses nothing when a service and the server are killed', async () => {
    const id = await ingest();
    await project.compose('kill', '-s', 'KILL', 'settlement', 'postgres');
    for (const service of ['settlement', 'postgres']) {
      expect((await project.container(service)).State).toMatchObject({ ExitCode: 137 });
    }
    await project.up();
    await demandThere(id);
  });

  it('keeps what is stored over down and up, and migrates nothing then', async () => {
    const id = await ingest();
    await project.compose('down');
    await project.up();
    await demandThere(id);
    expect(await project.logs('migrate')).not.toMatch(APPLIED);
  });

  it('starts a service again that has died', async () => {
    const { Id, State } = await project.container('settlement');
    // Not `docker kill`: an engine starts nothing again that a person has ended.
    await inside(Id, 'node', '-e', 'process.kill(1, "SIGTERM")');
    await eventually(
      async () => expect((await inspect(Id)).State.StartedAt).not.toBe(State.StartedAt),
      { timeoutMs: 60_000 },
    );
    await project.untilHealthy('settlement');
  });

  it('stops a service in its own time, and has it ready soon after its start', async () => {
    const { Id } = await project.container('settlement');
    await docker('stop', Id);
    expect((await inspect(Id)).State.ExitCode).toBe(0);
    const startedAt = performance.now();
    await docker('start', Id);
    const probe = `${project.url('settlement')}/health/ready`;
    await eventually(async () => expect((await fetch(probe)).status).toBe(200), {
      timeoutMs: 60_000,
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
    say(`settlement answers ready ${seconds} s after docker start`);
  });
});
