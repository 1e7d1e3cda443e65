import { describe, expect, it } from '@jest/globals';
import { callsOf } from '@fusion-prime/contracts';
import { SERVICE_NAMES, variableOf } from '@fusion-prime/kernel';
import { fleetVariables } from '@fusion-prime/migrator/fleet';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Service {
  command?: string[];
  environment: Record<string, string>;
  ports?: string[];
  volumes: string[];
  stop_grace_period?: string;
  read_only: boolean;
  cap_drop: string[];
  mem_limit: string;
  pids_limit: number;
}

const text = read('docker-compose.yml');
const { services, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const apps = readdirSync(join(root, 'apps'));
const example = new Map(
  [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
);

function service(name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no ${name}`);
  return found;
}

describe('docker-compose.yml', () => {
  it.each(apps)('starts %s with secrets of its own, on a port that .env.example knows', (app) => {
    const { command, environment, ports, volumes: mounted } = service(app);
    expect(command).toEqual(['node', `apps/${app}/dist/main.js`]);
    expect(mounted).toEqual([`${app}-secrets:/run/fusion-prime/${app}:ro`]);
    expect(environment).toMatchObject({
      DATABASE_URL_FILE: `/run/fusion-prime/${app}/database_url`,
      AUTH_JWKS_FILE: `/run/fusion-prime/${app}/jwks.json`,
      CURSOR_KEY_FILE: `/run/fusion-prime/${app}/cursor.key`,
    });
    const variable = `${app.toUpperCase().replaceAll('-', '_')}_PORT`;
    expect(ports).toEqual([`127.0.0.1:\${${variable}:-${example.get(variable)}}:8080`]);
  });

  it.each(SERVICE_NAMES)('tells %s where those are that it calls, and gives it a token', (app) => {
    const { environment } = service(app);
    const calls = callsOf(app);
    const wanted = calls.map(({ service: called }) => [
      variableOf(called, 'URL'),
      `http://${called}:8080`,
    ]);
    const given = Object.entries(environment).filter(([name]) => name.endsWith('_URL'));
    expect(Object.fromEntries(given)).toEqual(Object.fromEntries(wanted));
    const token = calls.length === 0 ? undefined : `/run/fusion-prime/${app}/service.token`;
    expect(environment['SERVICE_TOKEN_FILE']).toBe(token);
  });

  it('gives the steps both roles of every database of the fleet', () => {
    const wanted = fleetVariables(join(root, 'migrations', 'fleet.yaml'));
    for (const step of ['databases', 'migrate', 'fp']) {
      const { environment } = service(step);
      const given = Object.entries(environment).filter(([name]) =>
        /_(DATABASE|MIGRATE)_URL/.test(name),
      );
      expect(Object.fromEntries(given)).toEqual(
        Object.fromEntries(wanted.map((name) => [`${name}_FILE`, `/run/fusion-prime/fp/${name}`])),
      );
    }
  });

  it('has every variable that it takes in .env.example, with the same default, and no other', () => {
    const taken = new Map(
      [...text.matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]),
    );
    expect(Object.fromEntries(taken)).toEqual(Object.fromEntries(example));
    expect(text.match(/\$\{(?![A-Z_]+:[-?])/g)).toBeNull();
  });

  it('keeps the pools of all services within what the server allows', () => {
    const pools = apps.map((app) => service(app).environment);
    const most = pools.reduce(
      (sum, vars) => sum + Number(vars['DB_POOL_SIZE']) + Number(vars['DB_MAX_OVERFLOW']) + 1,
      0,
    );
    const allowed = /max_connections=(\d+)/.exec(service('postgres').command?.join(' ') ?? '')?.[1];
    expect(most).toBeLessThan(Number(allowed));
  });

  it('lets a service end by itself before it is killed', () => {
    for (const app of apps) {
      const { stop_grace_period: grace = '10s', environment } = service(app);
      expect(Number.parseInt(grace, 10) * 1_000).toBeGreaterThan(
        Number(environment['SHUTDOWN_GRACE_MS']),
      );
    }
  });

  it.each(Object.keys(services))('confines %s', (name) => {
    const confined = service(name);
    expect(confined).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect([confined.mem_limit, confined.pids_limit]).not.toContain(undefined);
    const named = confined.volumes.map((volume) => volume.split(':')[0] ?? '');
    expect(named.filter((volume) => !(volume in volumes))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  it('installs every app, and has a folder for the secrets of each', () => {
    const dockerfile = read('Dockerfile');
    const installed = [...dockerfile.matchAll(/-w apps\/(\S+)/g)].map((match) => match[1]);
    expect(installed.sort()).toEqual([...apps].sort());
    const folders = /for name in (.+?);/.exec(dockerfile)?.[1]?.split(' ') ?? [];
    expect(folders.sort()).toEqual(['fp', 'postgres', ...apps].sort());
  });
});
