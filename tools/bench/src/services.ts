import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureIssuer, mintToken } from '@fusion-prime/fp/issuer';
import { SERVICE_NAMES, variableOf } from '@fusion-prime/kernel';
import { fleetUp, loadFleet } from '@fusion-prime/migrator';
import { freePort } from '@fusion-prime/postgres-server';
import type { Contestant } from './contest.js';
import { PEERS, ROOT } from './contestants.js';
import { FLEET_FILE, platformVariables } from './platform.js';
import { answers } from './run-program.js';
import type { BenchServer } from './server.js';

/** A process that serves, and where it says that it is ready. */
export interface BenchService extends Contestant {
  url: string;
}

/** What people call it by: `http://127.0.0.1:PORT`. */
export function originOf({ url }: BenchService): string {
  return new URL(url).origin;
}

/** The same service, started with more variables or with others. */
export function withVariables(
  service: BenchService,
  vars: Readonly<Record<string, string>>,
): BenchService {
  const { program } = service;
  return { ...service, program: { ...program, env: { ...program.env, ...vars } } };
}

/** Read and write everywhere, for an hour. */
export async function benchToken(server: BenchServer): Promise<string> {
  return mintToken(join(server.folder, 'auth'), {
    scopes: SERVICE_NAMES.flatMap((name) => [`${name}:read`, `${name}:write`]),
    audience: [...SERVICE_NAMES],
    subject: 'bench',
    expiresInSeconds: 3_600,
  });
}

/** The services that a benchmark is about, by their names. */
export async function benchPlatform(
  server: BenchServer,
): Promise<Record<'settlement' | 'compliance' | 'alert', BenchService>> {
  const { ours } = await benchServices(server);
  const find = (wanted: string): BenchService => {
    const found = ours.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`the fleet has no ${wanted}`);
    return found;
  };
  return { settlement: find('settlement'), compliance: find('compliance'), alert: find('alert') };
}

/** Five migrated databases, and what each service is started with: the variables of `npm start`. */
export async function benchServices(server: BenchServer): Promise<{
  ours: BenchService[];
  peers: BenchService[];
  limit: BenchService;
  /** Ingest as one writes it with Nest's defaults. */
  naive: BenchService;
}> {
  const variables = await platformVariables(server);
  const fleet = loadFleet(FLEET_FILE, variables);
  const { exitCode } = await fleetUp(fleet);
  if (exitCode !== 0) throw new Error('the five databases could not be migrated');
  const { issuer, jwksFile } = await ensureIssuer(join(server.folder, 'auth'));
  const cursorKey = join(server.folder, 'cursor.key');
  writeFileSync(cursorKey, randomBytes(32).toString('base64url'));
  const shared = await sharedVariables(server);
  const ours = fleet.databases.map(({ name, urlVariable }) =>
    service(server.folder, { name, role: 'ours' }, join(ROOT, 'apps', name, 'dist', 'main.js'), {
      NODE_ENV: 'development',
      FP_ENV: 'test',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      DATABASE_URL: variables[urlVariable] ?? '',
      DB_POOL_SIZE: '8',
      DB_MAX_OVERFLOW: '2',
      AUTH_ISSUER: issuer,
      AUTH_JWKS_FILE: jwksFile,
      CURSOR_KEY_FILE: cursorKey,
      ...shared,
    }),
  );
  const DATABASE_URL = variables['SETTLEMENT_DATABASE_URL'] ?? '';
  const [naive, peer, limit] = await Promise.all([
    service(
      server.folder,
      { name: 'Nest + Express + repository.save', role: 'peer' },
      join(PEERS, 'nest-ingest.mjs'),
      { DATABASE_URL },
    ),
    service(
      server.folder,
      { name: 'Nest + TypeORM on Express', role: 'peer' },
      join(PEERS, 'nest-typeorm.mjs'),
      { DATABASE_URL },
    ),
    service(
      server.folder,
      { name: 'bare Fastify', role: 'limit' },
      join(PEERS, 'bare-fastify.mjs'),
      {},
    ),
  ]);
  return { ours: await Promise.all(ours), peers: [peer], limit, naive };
}

// Nobody listens there: what is measured is one service.
const NOBODY = 'http://127.0.0.1:1';

/** Of any service; what one does not read, it does not mind. */
async function sharedVariables(server: BenchServer): Promise<Record<string, string>> {
  const tokenFile = join(server.folder, 'service-token');
  const audience = [...SERVICE_NAMES];
  const scopes = audience.flatMap((name) => [`${name}:events`, `${name}:write`]);
  const wish = { scopes, audience, subject: 'bench', expiresInSeconds: 24 * 3_600 };
  writeFileSync(tokenFile, await mintToken(join(server.folder, 'auth'), wish));
  const webhookKey = join(server.folder, 'webhook.key');
  writeFileSync(webhookKey, randomBytes(32).toString('base64'));
  return {
    SERVICE_TOKEN_FILE: tokenFile,
    WEBHOOK_ENCRYPTION_KEY_FILE: webhookKey,
    WEBHOOK_ALLOW_PRIVATE: 'true',
    COMPLIANCE_UNKNOWN_PARTY: 'APPROVED',
    SETTLEMENT_AUTO_ADVANCE: 'false',
    ...Object.fromEntries(SERVICE_NAMES.map((name) => [variableOf(name, 'URL'), NOBODY])),
  };
}

async function service(
  folder: string,
  known: Pick<Contestant, 'name' | 'role'>,
  program: string,
  vars: Record<string, string>,
): Promise<BenchService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/health/ready`;
  const env = { ...vars, PORT: String(port) };
  const run = { file: process.execPath, args: [program], cwd: ROOT, env, ready: answers(url) };
  return { ...known, url, program: { ...run, logFile: join(folder, `${String(port)}.log`) } };
}
