import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitSha } from '@fusion-prime/fp/git-sha';
import type { Fleet } from '@fusion-prime/migrator';
import { freePort, writeWhole } from '@fusion-prime/postgres-server';
import type { Places } from './places.js';
import { LOCAL_ENVIRONMENT } from './provision.js';
import type { ServicePlan } from './service-process.js';

/** The fleet's order is the order of migration; people read the table in the order of the ports. */
const PORTS: Record<string, number> = {
  settlement: 4001,
  compliance: 4002,
  'risk-engine': 4003,
  alert: 4004,
  'price-oracle': 4005,
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
  const { places, fleet, variables, issuer, anyPort } = options;
  const cursorKeyFile = ensureCursorKey(places);
  const buildSha = gitSha(places.root);
  const plans: ServicePlan[] = [];
  for (const name of Object.keys(PORTS)) {
    const database = fleet.databases.find((candidate) => candidate.name === name);
    if (database === undefined) throw new Error(`the fleet has no database for ${name}`);
    const wanted = PORTS[name] ?? 0;
    const port = await freePort(anyPort ? 0 : wanted);
    if (!anyPort && port !== wanted) throw new PortTaken(name, wanted);
    plans.push({
      name,
      port,
      program: join(places.root, 'apps', name, 'dist', 'main.js'),
      vars: {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: 'development',
        FP_ENV: LOCAL_ENVIRONMENT,
        LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
        // A laptop's platform is for its laptop.
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: variables[database.urlVariable] ?? '',
        ...POOL,
        AUTH_ISSUER: issuer,
        AUTH_JWKS_FILE: join(places.auth, 'jwks.json'),
        CURSOR_KEY_FILE: cursorKeyFile,
        ...(buildSha !== undefined && { FP_BUILD_SHA: buildSha }),
      },
    });
  }
  return plans;
}

/** One key for all: a cursor stays good over a restart. */
function ensureCursorKey({ auth }: Places): string {
  const file = join(auth, 'cursor.key');
  if (!existsSync(file)) {
    mkdirSync(auth, { recursive: true });
    writeWhole(file, randomBytes(32).toString('base64url'));
  }
  return file;
}
