import { join } from 'node:path';
import { callsOf } from '@fusion-prime/contracts';
import { gitSha } from '@fusion-prime/fp/git-sha';
import { SERVICE_NAMES, variableOf, type ServiceName } from '@fusion-prime/kernel';
import type { Fleet } from '@fusion-prime/migrator';
import { freePort } from '@fusion-prime/postgres-server';
import { ensureKey, ensureServiceToken } from './local-secrets.js';
import type { Places } from './places.js';
import { LOCAL_ENVIRONMENT } from './provision.js';
import type { ServicePlan } from './service-process.js';

/** The fleet's order is the order of migration; people read the table in the order of the ports. */
const PORTS: Record<ServiceName, number> = {
  settlement: 4001,
  compliance: 4002,
  'risk-engine': 4003,
  alert: 4004,
  'price-oracle': 4005,
};

/** What one service alone is told: what it takes to try it on a laptop. */
const OWN: Partial<Record<ServiceName, (places: Places) => Record<string, string>>> = {
  // Nobody has to be registered before the first transfer settles.
  compliance: () => ({ COMPLIANCE_UNKNOWN_PARTY: 'APPROVED' }),
  settlement: (places) => ({
    WEBHOOK_ENCRYPTION_KEY_FILE: ensureKey(places, 'webhook.key', 'base64'),
    // A listener of one's own, on this machine.
    WEBHOOK_ALLOW_PRIVATE: 'true',
  }),
};

/** 8 + 2 for each of five services leaves room for tools on a small server. */
const POOL = { DB_POOL_SIZE: '8', DB_MAX_OVERFLOW: '2' };

export class PortTaken extends Error {
  constructor(service: string, port: number) {
    super(
      `port ${port} (${service}) is in use by another program: end it, or  npm start -- --any-port`,
    );
  }
}

export interface PlanOptions {
  places: Places;
  fleet: Fleet;
  variables: Record<string, string>;
  issuer: string;
  /** Any free ports instead of 4001–4005: two checkouts side by side, tests. */
  anyPort: boolean;
}

/**
 * What each service is started with: a whole environment of its own. Nothing of the terminal's leaks in,
 * so a DATABASE_URL or PGHOST that somebody exported there cannot point a service elsewhere.
 *
 * @throws {PortTaken}
 */
export async function servicePlans(options: PlanOptions): Promise<ServicePlan[]> {
  const { places } = options;
  const ports = await portsOf(options.anyPort);
  const plans: ServicePlan[] = [];
  for (const [name, port] of ports) {
    plans.push({
      name,
      port,
      program: join(places.root, 'apps', name, 'dist', 'main.js'),
      vars: {
        ...commonVariables(options),
        PORT: String(port),
        DATABASE_URL: databaseUrl(options, name),
        ...(await callVariables(places, name, ports)),
        ...OWN[name]?.(places),
      },
    });
  }
  return plans;
}

/** In the order in which people read the table. */
async function portsOf(anyPort: boolean): Promise<Map<ServiceName, number>> {
  const ports = new Map<ServiceName, number>();
  for (const name of [...SERVICE_NAMES].sort((a, b) => PORTS[a] - PORTS[b])) {
    const port = await freePort(anyPort ? 0 : PORTS[name]);
    if (!anyPort && port !== PORTS[name]) throw new PortTaken(name, PORTS[name]);
    ports.set(name, port);
  }
  return ports;
}

function databaseUrl({ fleet, variables }: PlanOptions, name: ServiceName): string {
  const database = fleet.databases.find((candidate) => candidate.name === name);
  if (database === undefined) throw new Error(`the fleet has no database for ${name}`);
  return variables[database.urlVariable] ?? '';
}

function commonVariables({ places, issuer }: PlanOptions): Record<string, string> {
  const buildSha = gitSha(places.root);
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'development',
    FP_ENV: LOCAL_ENVIRONMENT,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    // A laptop's platform is for its laptop.
    HOST: '127.0.0.1',
    ...POOL,
    AUTH_ISSUER: issuer,
    AUTH_JWKS_FILE: join(places.auth, 'jwks.json'),
    // One key for all: a cursor stays good over a restart.
    CURSOR_KEY_FILE: ensureKey(places, 'cursor.key', 'base64url'),
    ...(buildSha !== undefined && { FP_BUILD_SHA: buildSha }),
  };
}

/** Where those are that the service calls, and the token that it shows them. */
async function callVariables(
  places: Places,
  name: ServiceName,
  ports: ReadonlyMap<ServiceName, number>,
): Promise<Record<string, string>> {
  const file = await ensureServiceToken(places, name);
  if (file === undefined) return {};
  const addresses: Record<string, string> = {};
  for (const { service } of callsOf(name)) {
    addresses[variableOf(service, 'URL')] = `http://127.0.0.1:${ports.get(service) ?? 0}`;
  }
  return { ...addresses, SERVICE_TOKEN_FILE: file };
}
